"""Orders come in: from files, pulls, webhooks and the API, all through this one door."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from customers.merging.retrying import lost_to_others
from customers.selectors.survivors import survivors_of
from customers.services.activity import touch_many
from customers.services.new_customer import ValueTaken
from customers.services.resolve_buyers import settle_buyers
from scoring.models import Order, OrderImport, OrderVersion, ReviewState
from scoring.orders.checked import check_order
from scoring.orders.order_data import OrderData
from scoring.services.order_draft import Draft, new_draft
from scoring.services.order_report import OrderOutcome, UpsertOutcome, UpsertReport
from scoring.services.order_versions import VERSIONED
from scoring.services.rate_table import RateTable

ATTEMPTS = 5
LARGEST_BATCH = 1000
Key = tuple[str, str]  # platform and external id


@transaction.atomic
def upsert_orders(
    *,
    actor: Actor,
    orders: Sequence[OrderData],
    order_import: OrderImport | None = None,
    region: str = "",
) -> UpsertReport:
    """Store a batch of orders, with their customers; at most 1000, about 500 is best.

    An order is known by its platform and id. The version with the later changed time stands; the
    same version again writes nothing, an older one changes nothing. Doubtful orders are flagged
    (scoring/orders/flags.py), impossible ones are refused one by one. A fixed number of statements
    a batch; safe at any number of callers at once (docs/locking.md).

    With `order_import` the values before are kept, so that the import can be undone. Phones are
    read for `region`, by default the company's. Raises Forbidden, InvalidInput for a batch that is
    too large, and Conflict `busy` when others keep changing the same orders.
    """
    actor.require(Action.IMPORT_ORDERS)
    if len(orders) > LARGEST_BATCH:
        raise InvalidInput(f"At most {LARGEST_BATCH} orders at once.", code="too_many")
    checked = [_checked(order) for order in orders]
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _store(actor, checked, order_import, region)
        except ValueTaken:
            continue
        except OperationalError as error:
            if not lost_to_others(error):  # a circle with a merge
                raise
    raise Conflict("Others keep changing the same orders. Try again.", code="busy")


def _checked(order: OrderData) -> OrderData | OrderOutcome:
    try:
        return check_order(order)
    except InvalidInput as error:
        return OrderOutcome(
            outcome=UpsertOutcome.REFUSED, field=next(iter(error.fields), ""), message=error.message
        )


def _store(
    actor: Actor,
    checked: Sequence[OrderData | OrderOutcome],
    order_import: OrderImport | None,
    region: str,
) -> UpsertReport:
    now = timezone.now()
    rates = RateTable(
        actor.company, {order.currency for order in checked if isinstance(order, OrderData)}
    )
    drafts = _known([order for order in checked if isinstance(order, OrderData)])
    outcomes = []
    for order in checked:
        if isinstance(order, OrderOutcome):
            outcomes.append(order)
            continue
        key = (order.platform, order.external_id)
        draft = drafts.setdefault(key, new_draft(actor.company, order))
        outcome = draft.take(order, rates=rates, now=now)
        outcomes.append(OrderOutcome(outcome=outcome, order_id=draft.order.pk))
    changed = [draft for draft in drafts.values() if draft.is_changed]
    new_customer_ids = _find_customers(actor, changed, region)
    _write(actor, drafts.values(), order_import)
    _touch(changed, now)
    _tell(actor, changed, order_import)
    return UpsertReport(
        outcomes=outcomes,
        created_ids=[draft.order.pk for draft in changed if draft.is_new],
        updated_ids=[draft.order.pk for draft in changed if not draft.is_new],
        unlinked_ids=[draft.order.pk for draft in changed if draft.order.customer_id is None],
        flagged_ids=[
            draft.order.pk for draft in changed if draft.order.review == ReviewState.FLAGGED
        ],
        new_customer_ids=new_customer_ids,
    )


def _known(orders: Iterable[OrderData]) -> dict[Key, Draft]:
    wanted = Q(pk__in=())
    by_platform: dict[str, list[str]] = {}
    for order in orders:
        by_platform.setdefault(order.platform, []).append(order.external_id)
    for platform, external_ids in by_platform.items():
        wanted |= Q(platform=platform, external_id__in=external_ids)
    return {
        (order.platform, order.external_id): Draft(
            order=order, is_new=False, seen_at=order.updated_at
        )
        for order in Order.objects.filter(wanted)
    }


def _find_customers(actor: Actor, changed: Sequence[Draft], region: str) -> list[UUID]:
    """Link the drafts to their customers, all of whom are locked from now on."""
    linked = {draft.order.customer_id for draft in changed if draft.order.customer_id}
    survivors = survivors_of(linked)
    for draft in changed:
        if draft.order.customer_id in survivors:
            draft.order.customer_id = survivors[draft.order.customer_id]
    looked_up = [draft for draft in changed if draft.wants_customer]
    found = settle_buyers(
        actor=actor,
        buyers=[draft.buyer() for draft in looked_up],
        region=region,
        also_lock=linked | {*survivors.values()},
    )
    for draft, buyer in zip(looked_up, found, strict=True):
        draft.link(buyer)
    return [buyer.customer_id for buyer in found if buyer.is_new and buyer.customer_id]


def _write(actor: Actor, drafts: Iterable[Draft], order_import: OrderImport | None) -> None:
    written = [draft for draft in drafts if draft.is_changed or draft.is_only_confirmed]
    created = [draft for draft in written if draft.is_new]
    updated = [draft for draft in written if not draft.is_new]
    _require_unchanged(updated)
    # Existing rows first, by id, then new ones by their key: nobody waits in a circle.
    Order.objects.bulk_create(
        sorted((draft.order for draft in updated), key=lambda order: order.pk),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*_columns(), "updated_at"],
    )
    Order.objects.bulk_create(
        sorted(
            (draft.order for draft in created),
            key=lambda order: (order.platform, order.external_id),
        ),
        ignore_conflicts=True,
    )
    ids = [draft.order.pk for draft in created]
    if ids and Order.objects.filter(pk__in=ids).count() != len(ids):
        raise ValueTaken  # somebody else brought one of them in the meantime
    if order_import is not None:
        OrderVersion.objects.bulk_create(
            OrderVersion(
                company=actor.company,
                order=draft.order,
                order_import=order_import,
                before=draft.before,
                after_changed_at=draft.order.changed_at,
            )
            for draft in written
            if draft.is_changed
        )


def _columns() -> list[str]:
    return [name.removesuffix("_id") if name == "customer_id" else name for name in VERSIONED]


def _require_unchanged(updated: Sequence[Draft]) -> None:
    """Lock the rows, and start over where somebody changed one since we read it."""
    if not updated:
        return
    rows = Order.objects.filter(pk__in=[draft.order.pk for draft in updated]).order_by("pk")
    now = dict(rows.select_for_update(no_key=True).values_list("pk", "updated_at"))
    if any(now.get(draft.order.pk) != draft.seen_at for draft in updated):
        raise ValueTaken


def _touch(changed: Sequence[Draft], now: datetime) -> None:
    moments: dict[UUID, datetime] = {}
    for draft in changed:
        order = draft.order
        if order.customer_id is not None and order.removed_at is None:
            at = min(order.ordered_at, now)
            moments[order.customer_id] = max(at, moments.get(order.customer_id, at))
    touch_many(moments=moments)


def _tell(actor: Actor, changed: Sequence[Draft], order_import: OrderImport | None) -> None:
    """One line in the trail and one event a kind; both hold ids only."""
    ids: Mapping[str, list[UUID]] = {
        "created": [draft.order.pk for draft in changed if draft.is_new],
        "updated": [draft.order.pk for draft in changed if not draft.is_new],
        "refunded": [draft.order.pk for draft in changed if draft.is_refunded],
    }
    ids = {kind: order_ids for kind, order_ids in ids.items() if order_ids}
    if not ids:
        return
    audit.record(
        actor=actor, action="orders.recorded", subject=order_import or actor.company, new=ids
    )
    outbox.publish_many(
        actor=actor,
        events=[(f"order.{kind}", {"order_ids": order_ids}) for kind, order_ids in ids.items()],
    )
