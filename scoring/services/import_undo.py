"""An import taken back: its orders, version by version from the newest, then its customers.

What something newer stands upon is kept and told. Each batch is one transaction with a checkpoint,
so a worker that dies is followed by one that goes on.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.claims import ClaimLost
from crm.models import Company
from crm.tenancy import use_company
from customers.models import Customer
from customers.selectors.survivors import survivors_of
from scoring.models import (
    ImportPhase,
    ImportState,
    LinkMethod,
    Order,
    OrderImport,
    OrderImportProblem,
    OrderVersion,
    Removal,
)
from scoring.services.import_claim import acting_for, imports
from scoring.services.import_undo_customers import remove_unused_customers
from scoring.services.order_draft import value_order
from scoring.services.order_versions import VERSIONED, set_values
from scoring.services.rate_table import RateTable

BATCH = 500
# What a person decided by hand stays, whatever the import had changed.
_LINK = ("customer_id", "link_method")


def run_undo(*, company_id: int, import_id: UUID) -> OrderImport | None:
    """Undo an import to the end; None when others are at it. Call it outside of a transaction."""
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        order_import = imports.take(import_id, (ImportState.UNDOING,))
        if order_import is None:
            return None
    actor = acting_for(order_import, company, asked_by=order_import.undo_report["asked_by"])
    importer = acting_for(order_import, company, asked_by=order_import.started_by)
    try:
        while _undo_batch(actor, order_import):
            pass
        while remove_unused_customers(actor=actor, order_import=order_import, importer=importer):
            pass
    except ClaimLost:
        return None
    with use_company(company_id):
        _end(actor, order_import)
    return order_import


def _undo_batch(actor: Actor, order_import: OrderImport) -> bool:
    """Take back the next versions; False when there are none left."""
    with use_company(actor.company.pk):
        versions = _next_versions(order_import)
        if not versions:
            return False
        with transaction.atomic():
            kept, counts = _take_back(actor, versions, order_import)
            _note(actor, order_import, kept)
            report = Counter(dict.fromkeys(("removed", "restored", "kept"), 0))
            report.update({name: order_import.undo_report.get(name, 0) for name in report})
            report.update(counts)
            imports.save(
                order_import,
                undo_cursor=versions[-1].pk,
                undo_done=order_import.undo_done + len(versions),
                undo_report={**order_import.undo_report, **report},
            )
    return True


def _next_versions(order_import: OrderImport) -> list[OrderVersion]:
    rows = OrderVersion.objects.filter(order_import=order_import)
    if order_import.undo_cursor is not None:
        rows = rows.filter(pk__lt=order_import.undo_cursor)
    return list(rows.order_by("-pk")[:BATCH])


def _take_back(
    actor: Actor, versions: Sequence[OrderVersion], order_import: OrderImport
) -> tuple[list[str], Counter[str]]:
    """What was kept and why, and how many of each."""
    counts: Counter[str] = Counter()
    kept: list[str] = []
    ids = {version.order_id for version in versions}
    rates = _rates(actor.company, versions)
    orders = _locked_orders(ids, versions)
    built_upon = _built_upon(versions, order_import)
    changed: dict[UUID, Order] = {}
    now = timezone.now()
    survivors = survivors_of(_former_customers(versions))
    for version in versions:
        order = orders[version.order_id]
        if order.changed_at > version.after_changed_at or version.pk in built_upon:
            counts["kept"] += 1
            kept.append(f"{order}: a newer report or update changed it since, so it stays.")
        elif version.before is None:
            if order.removed_at is None:
                order.removed_at, order.removed_by = now, Removal.UNDO
            counts["removed"] += 1
            changed[order.pk] = order
        else:
            _restore(order, version.before, survivors, rates)
            counts["restored"] += 1
            changed[order.pk] = order
    _save(actor, list(changed.values()), order_import)
    return kept, counts


def _rates(company: Company, versions: Iterable[OrderVersion]) -> RateTable:
    # Read before any row is locked (docs/locking.md).
    return RateTable(
        company, {version.before["currency"] for version in versions if version.before}
    )


def _locked_orders(ids: set[UUID], versions: Iterable[OrderVersion]) -> dict[UUID, Order]:
    """Customers first, by id, then orders, by id: the order in which they come in too."""
    customer_ids = set(Order.objects.filter(pk__in=ids).values_list("customer_id", flat=True))
    wanted = (customer_ids | _former_customers(versions)) - {None}
    list(Customer.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True))
    rows = Order.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return {order.pk: order for order in rows}


def _former_customers(versions: Iterable[OrderVersion]) -> set[UUID]:
    found = (version.before["customer_id"] for version in versions if version.before)
    return {UUID(customer_id) for customer_id in found if customer_id}


def _built_upon(versions: Sequence[OrderVersion], order_import: OrderImport) -> set[UUID]:
    """The versions after which another import, not undone itself, changed the same order."""
    newest: dict[UUID, UUID] = {}
    later = (
        OrderVersion.objects.filter(order_id__in={version.order_id for version in versions})
        .exclude(order_import=order_import)
        .exclude(order_import__state=ImportState.UNDONE)
        .values_list("order_id", "pk")
    )
    for order_id, pk in later:
        newest[order_id] = max(pk, newest.get(order_id, pk))
    return {
        version.pk
        for version in versions
        if version.order_id in newest and newest[version.order_id] > version.pk
    }


def _restore(
    order: Order, before: Mapping[str, object], survivors: Mapping[UUID, UUID], rates: RateTable
) -> None:
    values = dict(before)
    if order.link_method == LinkMethod.HAND:
        for name in _LINK:
            values.pop(name, None)
    set_values(order, values)
    if order.customer_id is not None and order.customer_id in survivors:
        order.customer_id = survivors[order.customer_id]
    value_order(order, rates=rates)


def _save(actor: Actor, orders: Sequence[Order], order_import: OrderImport) -> None:
    if not orders:
        return
    fields = [name.removesuffix("_id") if name == "customer_id" else name for name in VERSIONED]
    Order.objects.bulk_create(
        sorted(orders, key=lambda order: order.pk),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*fields, "updated_at"],
    )
    ids = [order.pk for order in orders]
    audit.record(
        actor=actor, action="orders.taken_back", subject=order_import, new={"order_ids": ids}
    )
    removed = [order.pk for order in orders if order.removed_at is not None]
    outbox.publish(
        actor=actor, topic="order.updated", payload={"order_ids": ids, "removed_ids": removed}
    )


def _note(actor: Actor, order_import: OrderImport, messages: Iterable[str]) -> None:
    OrderImportProblem.objects.bulk_create(
        OrderImportProblem(
            company=actor.company,
            order_import=order_import,
            phase=ImportPhase.UNDOING,
            message=message[:500],
        )
        for message in messages
    )


def _end(actor: Actor, order_import: OrderImport) -> None:
    imports.save(order_import, state=ImportState.UNDONE, finished_at=timezone.now())
    audit.record(
        actor=actor,
        action="orderimport.undone",
        subject=order_import,
        new={key: value for key, value in order_import.undo_report.items() if key != "asked_by"},
    )
