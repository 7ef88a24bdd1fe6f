"""What each endpoint needs: the table that `test_matrix.py` holds against the URL configuration."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from crm.models import EndpointState, ExportJob, WebhookEndpoint
from crm.models.export_job import OPEN_EXPORTS
from crm.roles import Role
from crm.services.exports import start_export
from crm.services.webhook_endpoints import create_endpoint
from crm.services.webhook_replay import send_test
from customers.models import ContactPoint, Customer
from customers.services.merge import merge_customers
from customers.services.profile_links import link_profile
from scoring.models import RuleSet
from scoring.services.membership import add_member
from scoring.services.rules import draft_rules
from scoring.services.segments import create_segment
from tests.factories.candidates import make_pair
from tests.factories.customers import make_customer, next_phone
from tests.factories.leads import make_lead
from tests.factories.orders import make_order
from tests.worlds import World

READ, WRITE, DELETE = "customers:read", "customers:write", "customers:delete"
HOOKS = "webhooks:write"

# Name of the route → method → scope.
ROUTES: dict[str, dict[str, str]] = {
    "me": {"get": ""},
    "branches": {"get": "staff:read"},
    "staff": {"get": "staff:read"},
    "lead-sources": {"get": "staff:read"},
    "customers": {"get": READ, "post": WRITE},
    "customer-search": {"get": READ},
    "customer-by-phone": {"get": f"{READ} leads:read"},
    "customer-by-hash": {"get": READ},
    "customer-by-code": {"get": READ},
    "customer-bulk": {"post": WRITE},
    "customer": {"get": READ, "patch": WRITE, "delete": DELETE},
    "customer-restore": {"post": DELETE},
    "customer-contact-points": {"get": READ, "post": WRITE},
    "customer-contact-point": {"get": READ, "patch": WRITE, "delete": WRITE},
    "customer-notes": {"get": READ, "post": WRITE},
    "customer-tags": {"get": READ, "put": WRITE},
    "customer-consent": {"get": READ},
    "customer-consent-events": {"get": READ, "post": WRITE},
    "customer-stages": {"get": READ, "post": WRITE},
    "customer-timeline": {"get": READ},
    "customer-household": {"get": READ},
    "customer-profile-links": {"get": READ},
    "profile-links": {"get": READ, "post": "profiles:write"},
    "profile-link": {"get": READ},
    "profile-link-relink": {"post": "profiles:write"},
    "profile-link-unlink": {"post": "profiles:write"},
    "profile-link-release": {"post": "profiles:write"},
    "tags": {"get": READ},
    "duplicates": {"get": "duplicates:read"},
    "duplicate": {"get": "duplicates:read"},
    "duplicate-decision": {"post": "merges:write"},
    "merges": {"get": "merges:write", "post": "merges:write"},
    "merge-preview": {"post": "merges:write"},
    "merge": {"get": "merges:write"},
    "merge-undo-preview": {"get": "merges:write"},
    "merge-undo": {"post": "merges:write"},
    "vip-status": {"get": "vip:act"},
    "vip-link-account": {"post": "vip:act"},
    "vip-profile": {"get": "vip:act", "patch": "vip:act"},
    "leads": {"get": "leads:read", "post": "leads:write"},
    "lead": {"get": "leads:read", "patch": "leads:write"},
    "lead-status": {"post": "leads:write"},
    "lead-assign": {"post": "leads:write"},
    "lead-link": {"post": "leads:write"},
    "lead-events": {"get": "leads:read"},
    "walk-ins": {"post": "leads:write"},
    "orders": {"get": "orders:read", "post": "orders:write"},
    "order-batches": {"post": "orders:write"},
    "order": {"get": "orders:read"},
    "order-link": {"post": "orders:write"},
    "order-unlink": {"post": "orders:write"},
    "order-confirm": {"post": "orders:write"},
    "order-remove": {"post": "orders:write"},
    "order-restore": {"post": "orders:write"},
    "engagement": {"get": "scores:read"},
    "score-changes": {"get": "scores:read"},
    "customer-segments": {"get": "segments:read"},
    "ranking": {"get": "scores:read"},
    "rule-sets": {"get": "scores:read"},
    "rule-set": {"get": "scores:read"},
    "segments": {"get": "segments:read"},
    "segment": {"get": "segments:read"},
    "segment-members": {"get": "segments:read"},
    "webhook-endpoints": {"get": HOOKS, "post": HOOKS},
    "webhook-endpoint": {"get": HOOKS, "patch": HOOKS, "delete": HOOKS},
    "webhook-pause": {"post": HOOKS},
    "webhook-resume": {"post": HOOKS},
    "webhook-rotate-secret": {"post": HOOKS},
    "webhook-messages": {"get": HOOKS},
    "webhook-test": {"post": HOOKS},
    "webhook-replay": {"post": HOOKS},
    "webhook-message": {"get": HOOKS},
    "webhook-message-replay": {"post": HOOKS},
    "events": {"get": "events:read"},
    "exports": {"get": "exports:write", "post": "exports:write"},
    "export": {"get": "exports:write"},
    "export-file": {"get": "exports:write"},
    "export-stop": {"post": "exports:write"},
    "segment-member": {"get": "segments:read", "put": "segments:write", "delete": "segments:write"},
}


def _with_customer(world: World) -> dict[str, Any]:
    return {"customer_id": str(make_customer(world.system()).pk)}


# Bodies that can be used, so that what is refused is refused for the id; {} elsewhere.
BODIES: dict[tuple[str, str], Callable[[World], dict[str, Any]]] = {
    ("customer", "delete"): lambda _: {"reason": "Asked us to"},
    ("customer-contact-points", "post"): lambda _: {"kind": "email", "value": "new@mail.example"},
    ("customer-contact-point", "patch"): lambda _: {"is_invalid": True},
    ("customer-notes", "post"): lambda _: {"text": "Likes tea"},
    ("customer-tags", "put"): lambda _: {"tags": ["VIP"]},
    ("customer-consent-events", "post"): lambda _: {
        "channel": "email",
        "granted": True,
        "source": "on the phone",
    },
    ("customer-stages", "post"): lambda _: {"stage": "customer"},
    ("duplicate-decision", "post"): lambda _: {"verdict": "not_duplicate"},
    ("lead-status", "post"): lambda _: {"status": "working"},
    ("lead-assign", "post"): lambda _: {"owner_id": None},
    ("profile-links", "post"): lambda world: {
        "provider": "line",
        "profile_id": "U7",
        **_with_customer(world),
    },
    ("profile-link-relink", "post"): _with_customer,
    ("profile-link-unlink", "post"): lambda _: {"reason": "Not theirs"},
    ("lead-link", "post"): _with_customer,
    ("order-link", "post"): _with_customer,
    ("segment-member", "put"): lambda _: {"how": "kept_out"},
    ("webhook-endpoints", "post"): lambda _: {"name": "Hook", "url": "https://app.example.com/in"},
    ("webhook-replay", "post"): lambda _: {"since": "2026-01-01T00:00:00Z"},
    ("order-remove", "post"): lambda _: {"reason": "Twice"},
}

# What a manager's token may not do, though its scopes would allow it.
ADMINS_ONLY = frozenset(
    (name, method)
    for name, row in ROUTES.items()
    for method, scope in row.items()
    if scope in (HOOKS, "exports:write")
)

# An app acts for a signed-in profile: without the profile's token even the right key gets 401.
NEEDS_A_PROFILE = frozenset({"vip-status", "vip-link-account", "vip-profile"})

Maker = Callable[[World, dict[str, Any]], object]


def _customer(world: World, ids: dict[str, Any]) -> Customer:
    if "customer_id" in ids:
        return Customer.objects.get(pk=ids["customer_id"])
    return make_customer(world.system(), phone=next_phone(world.company.default_region))


def _point(world: World, ids: dict[str, Any]) -> object:
    return ContactPoint.objects.filter(customer=_customer(world, ids)).latest("created_at").pk


def _link(world: World, ids: dict[str, Any]) -> object:
    customer_id = _customer(world, ids).pk
    actor = world.actor(Role.ADMIN)
    profile_id = f"U{uuid4().hex}"
    return link_profile(
        actor=actor, provider="line", profile_id=profile_id, customer_id=customer_id
    ).pk


def _merge(world: World, ids: dict[str, Any]) -> object:
    one, other = (make_customer(world.system()) for _ in range(2))
    actor = world.actor(Role.ADMIN)
    return merge_customers(actor=actor, survivor_id=one.pk, others=[other.pk], reason="Same").pk


def _segment(world: World, ids: dict[str, Any]) -> object:
    actor = world.actor(Role.ADMIN)
    segment = create_segment(actor=actor, name=f"Group {uuid4()}")
    if "customer_id" in ids:
        add_member(actor=actor, segment_id=segment.pk, customer_id=ids["customer_id"])
    return segment.pk


def _rule_set(world: World, ids: dict[str, Any]) -> object:
    found = RuleSet.objects.order_by("pk").first()
    return found.pk if found else draft_rules(actor=world.actor(Role.ADMIN), values={}).pk


def _endpoint(world: World, ids: dict[str, Any]) -> object:
    found = WebhookEndpoint.objects.exclude(state=EndpointState.REMOVED).first()
    if found:
        return found.pk
    url = "https://hooks.example.com/in"
    return create_endpoint(actor=world.actor(Role.ADMIN), name="The app", url=url)[0].pk


def _message(world: World, ids: dict[str, Any]) -> object:
    endpoint_id = UUID(str(_endpoint(world, ids)))
    return send_test(actor=world.actor(Role.ADMIN), endpoint_id=endpoint_id).pk


def _export(world: World, ids: dict[str, Any]) -> object:
    found = ExportJob.objects.filter(state__in=OPEN_EXPORTS).first()
    return found.pk if found else start_export(actor=world.actor(Role.ADMIN)).pk


# Name of an id in a path → how to make a real one.
MAKERS: dict[str, Maker] = {
    "customer_id": lambda world, ids: _customer(world, ids).pk,
    "stable_hash_id": lambda world, ids: _customer(world, ids).stable_hash_id,
    "code": lambda world, ids: _customer(world, ids).code,
    "point_id": _point,
    "link_id": _link,
    "candidate_id": lambda world, ids: make_pair(world).pk,
    "merge_id": _merge,
    "lead_id": lambda world, ids: make_lead(world.system(), branch=world.north).pk,
    "order_id": lambda world, ids: make_order(world.system()).pk,
    "segment_id": _segment,
    "rule_set_id": _rule_set,
    "export_id": _export,
    "endpoint_id": _endpoint,
    "message_id": _message,
}
# Ids that are no uuids: what nobody has.
NOBODYS = {"stable_hash_id": "0" * 32, "code": "CUS-999999999"}
