"""What an API key may be used for: each scope is a small set of actions of crm/roles.py.

A key acts for its company within its scopes. A personal token acts for its staff member, within
the scopes *and* the role: neither widens the other.
"""

from collections.abc import Collection, Iterable

from crm.roles import Action

SCOPES: dict[str, tuple[Action, ...]] = {
    "customers:read": (Action.FIND_CUSTOMERS, Action.VIEW_CUSTOMER),
    "customers:write": (
        Action.FIND_CUSTOMERS,
        Action.VIEW_CUSTOMER,
        Action.CREATE_CUSTOMER,
        Action.EDIT_CUSTOMER,
        Action.CHANGE_STAGE,
        Action.RECORD_CONSENT,
        Action.ADD_NOTE,
    ),
    "profiles:write": (Action.VIEW_CUSTOMER, Action.LINK_PROFILES),
    "customers:delete": (Action.DELETE_CUSTOMER,),
    "duplicates:read": (Action.REVIEW_DUPLICATES,),
    "merges:write": (Action.REVIEW_DUPLICATES, Action.MERGE_CUSTOMERS),
    "leads:read": (Action.VIEW_LEAD,),
    "leads:write": (
        Action.VIEW_LEAD,
        Action.CREATE_LEAD,
        Action.LOG_WALK_IN,
        Action.WORK_LEAD,
        Action.ASSIGN_LEAD,
        # A lead or walk-in finds its customer, or adds one.
        Action.FIND_CUSTOMERS,
        Action.CREATE_CUSTOMER,
    ),
    "orders:read": (Action.VIEW_ORDERS,),
    "orders:write": (
        Action.VIEW_ORDERS,
        Action.IMPORT_ORDERS,
        Action.REVIEW_ORDERS,
        # An order finds its customer, or adds one.
        Action.CREATE_CUSTOMER,
    ),
    "scores:read": (Action.FIND_CUSTOMERS, Action.VIEW_CUSTOMER, Action.VIEW_REPORTS),
    "segments:read": (Action.FIND_CUSTOMERS, Action.VIEW_CUSTOMER),
    "segments:write": (Action.FIND_CUSTOMERS, Action.VIEW_CUSTOMER, Action.MANAGE_SEGMENTS),
    "staff:read": (),
    "events:read": (),
    "exports:write": (Action.EXPORT, Action.EXPORT_EVERYTHING),
    "webhooks:write": (Action.MANAGE_WEBHOOKS,),
    "vip:act": (Action.FIND_CUSTOMERS, Action.VIEW_CUSTOMER),
}

# What each scope lets a key do, in words for the page where keys are made.
WORDS: dict[str, str] = {
    "customers:read": "Find and read customers",
    "customers:write": "Add and change customers, their notes, tags and consent",
    "profiles:write": "Link app profiles to customers, and unlink them",
    "customers:delete": "Delete and restore customers",
    "duplicates:read": "List likely duplicates and merges",
    "merges:write": "Merge customers, undo merges, decide about duplicates",
    "leads:read": "Read leads",
    "leads:write": "Log leads and walk-ins, change and assign leads",
    "orders:read": "Read orders",
    "orders:write": "Send, link and remove orders",
    "scores:read": "Read scores and their history",
    "segments:read": "Read segments and who is in them",
    "segments:write": "Add customers to segments, and keep them out",
    "staff:read": "Read branches, staff and lead sources",
    "events:read": "Read what changed",
    "exports:write": "Start and fetch exports",
    "webhooks:write": "Set up webhooks and replay events",
    "vip:act": "Act for the signed-in profiles of an app",
}


def actions_of(scopes: Iterable[str]) -> frozenset[Action]:
    """All actions that these scopes allow; an unknown scope allows nothing."""
    return frozenset(action for scope in scopes for action in SCOPES.get(scope, ()))


def unknown(scopes: Collection[str]) -> list[str]:
    """The names among these that are no scopes."""
    return sorted(set(scopes) - set(SCOPES))
