"""Who may do what: one table of role × action, consulted by the services.

The reach says on which records: `OWN` (assigned to this person), `BRANCH` (of this person's
branch; a person of all branches has the whole company), `COMPANY`.
Facts: source systems S2.3, S3.3.
"""

from enum import IntEnum, StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a staff member is."""

    RECEPTIONIST = "receptionist", "Receptionist"
    RELATIONSHIP_MANAGER = "relationship_manager", "Relationship manager"
    TEAM_LEAD = "team_lead", "Team lead"
    FINANCE = "finance", "Finance"
    SERVICE = "service", "Service"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Admin"


class Action(StrEnum):
    """What somebody may want to do."""

    FIND_CUSTOMERS = "find customers"
    VIEW_CUSTOMER = "see a customer"
    CREATE_CUSTOMER = "add a customer"
    EDIT_CUSTOMER = "edit a customer"
    CHANGE_STAGE = "change a customer's stage"
    RECORD_CONSENT = "record consent"
    ADD_NOTE = "add a note"
    LINK_PROFILES = "link app profiles to customers"
    DELETE_CUSTOMER = "delete or restore a customer"
    IMPORT_CUSTOMERS = "import customers"
    REVIEW_DUPLICATES = "decide about duplicates"
    MERGE_CUSTOMERS = "merge customers, and undo merges"
    MANAGE_AUTO_MERGE = "let sure duplicates merge by themselves"
    VIEW_LEAD = "see a lead"
    CREATE_LEAD = "log a lead"
    LOG_WALK_IN = "log a walk-in"
    WORK_LEAD = "change a lead's status"
    ASSIGN_LEAD = "assign a lead"
    BACKFILL = "link leads to customers"
    VIEW_ORDERS = "see orders"
    IMPORT_ORDERS = "import orders"
    REVIEW_ORDERS = "confirm, link and remove orders"
    MANAGE_SCORING = "manage scoring"
    MANAGE_SEGMENTS = "manage segments"
    VIEW_REPORTS = "see reports"
    EXPORT = "export lists"
    EXPORT_PERSON = "export what is held about one customer"
    EXPORT_EVERYTHING = "export everything the company owns"
    USE_ADMIN = "use the admin"
    MANAGE_STAFF = "manage staff, branches and sources"
    MANAGE_INBOX = "manage the inbox"
    MANAGE_WEBHOOKS = "manage webhooks"
    MANAGE_API_KEYS = "manage API keys"
    USE_OWN_TOKENS = "make API tokens of their own"
    VIEW_AUDIT = "see the audit trail"


class Reach(IntEnum):
    """How far an action reaches; a larger reach includes the smaller ones."""

    NONE = 0
    OWN = 1
    BRANCH = 2
    COMPANY = 3


_N, _O, _B, _C = Reach.NONE, Reach.OWN, Reach.BRANCH, Reach.COMPANY

_ROLES = (
    Role.RECEPTIONIST,
    Role.RELATIONSHIP_MANAGER,
    Role.TEAM_LEAD,
    Role.FINANCE,
    Role.SERVICE,
    Role.MANAGER,
    Role.ADMIN,
)

# fmt: off
_TABLE: dict[Action, tuple[Reach, ...]] = {
    #                          recep  rm  lead  fin  serv  mgr admin
    Action.FIND_CUSTOMERS:    (_C,   _C,  _C,  _C,  _C,   _C,  _C),
    Action.VIEW_CUSTOMER:     (_C,   _C,  _C,  _C,  _C,   _C,  _C),
    Action.CREATE_CUSTOMER:   (_C,   _C,  _C,  _N,  _C,   _C,  _C),
    Action.EDIT_CUSTOMER:     (_C,   _C,  _C,  _N,  _C,   _C,  _C),
    Action.CHANGE_STAGE:      (_N,   _C,  _C,  _N,  _N,   _C,  _C),
    Action.RECORD_CONSENT:    (_C,   _C,  _C,  _N,  _C,   _C,  _C),
    Action.ADD_NOTE:          (_C,   _C,  _C,  _C,  _C,   _C,  _C),
    Action.LINK_PROFILES:     (_N,   _N,  _C,  _N,  _C,   _C,  _C),
    Action.DELETE_CUSTOMER:   (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.IMPORT_CUSTOMERS:  (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.REVIEW_DUPLICATES: (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.MERGE_CUSTOMERS:   (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.MANAGE_AUTO_MERGE: (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.VIEW_LEAD:         (_C,   _O,  _B,  _C,  _C,   _C,  _C),
    Action.CREATE_LEAD:       (_B,   _B,  _B,  _N,  _B,   _C,  _C),
    Action.LOG_WALK_IN:       (_B,   _B,  _B,  _N,  _B,   _C,  _C),
    Action.WORK_LEAD:         (_B,   _O,  _B,  _N,  _N,   _C,  _C),
    Action.ASSIGN_LEAD:       (_N,   _N,  _B,  _N,  _N,   _C,  _C),
    Action.BACKFILL:          (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.VIEW_ORDERS:       (_C,   _C,  _C,  _C,  _C,   _C,  _C),
    Action.IMPORT_ORDERS:     (_N,   _N,  _N,  _C,  _N,   _C,  _C),
    Action.REVIEW_ORDERS:     (_N,   _N,  _N,  _C,  _N,   _C,  _C),
    Action.MANAGE_SCORING:    (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.MANAGE_SEGMENTS:   (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.VIEW_REPORTS:      (_N,   _N,  _C,  _C,  _N,   _C,  _C),
    Action.EXPORT:            (_N,   _N,  _N,  _C,  _N,   _C,  _C),
    Action.EXPORT_PERSON:     (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.EXPORT_EVERYTHING: (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.USE_ADMIN:         (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.MANAGE_STAFF:      (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.MANAGE_INBOX:      (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.MANAGE_WEBHOOKS:   (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.MANAGE_API_KEYS:   (_N,   _N,  _N,  _N,  _N,   _N,  _C),
    Action.USE_OWN_TOKENS:    (_N,   _N,  _N,  _N,  _N,   _C,  _C),
    Action.VIEW_AUDIT:        (_N,   _N,  _N,  _N,  _N,   _C,  _C),
}
# fmt: on


# What is done to records of a branch: an API key that is limited to branches is limited here.
BRANCH_ACTIONS = frozenset(action for action, reaches in _TABLE.items() if Reach.BRANCH in reaches)


def reach_of(role: str, action: Action) -> Reach:
    """How far this role's right to the action goes."""
    return _TABLE[action][_ROLES.index(Role(role))]
