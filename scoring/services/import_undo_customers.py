"""Customers that an undone import had made: taken out where nothing else uses them."""

from collections.abc import Collection
from uuid import UUID

from crm.actors import Actor
from crm.models import AuditEvent
from crm.tenancy import use_company
from customers.models import Customer, CustomerTag, Note
from customers.models.customer import RecordState
from customers.services.removal import delete_customers
from leads.models import Lead
from scoring.models import (
    ImportPhase,
    Order,
    OrderImport,
    OrderImportCustomer,
    OrderImportProblem,
)
from scoring.services.import_claim import imports

BATCH = 500
REASON = "The import of orders that made this customer was undone."


def remove_unused_customers(*, actor: Actor, order_import: OrderImport, importer: Actor) -> bool:
    """Delete the next unused customers, softly; False when there are none left.

    `importer` is who acted in the import: what it did to a customer is no use by others.
    """
    with use_company(actor.company.pk):
        last = order_import.undo_report.get("last_customer", 0)
        rows = list(
            OrderImportCustomer.objects.filter(order_import=order_import, pk__gt=last)
            .select_related("customer")
            .order_by("pk")[:BATCH]
        )
        if not rows:
            return False
        live = [one.customer for one in rows if one.customer.record_state == RecordState.ACTIVE]
        # Locked before anybody looks, so that nobody begins to use them in between.
        list(
            Customer.objects.filter(pk__in=[one.pk for one in live])
            .order_by("pk")
            .select_for_update(no_key=True)
        )
        used = _used([one.pk for one in live], ignoring={actor.name, importer.name})
        unused = [one.pk for one in live if one.pk not in used]
        removed = delete_customers(actor=actor, customer_ids=unused, reason=REASON)
        _note_kept(actor, order_import, [one for one in live if one.pk in used])
        report = dict(order_import.undo_report)
        report["customers_kept"] = report.get("customers_kept", 0) + len(used)
        report["customers_removed"] = report.get("customers_removed", 0) + removed
        imports.save(order_import, undo_report={**report, "last_customer": rows[-1].pk})
    return True


def _used(ids: Collection[UUID], *, ignoring: Collection[str]) -> set[UUID]:
    """Who has an order, a lead, a note or a tag, or was changed by anybody but the import."""
    used: set[UUID] = set()
    orders = Order.objects.filter(customer_id__in=ids, removed_at__isnull=True)
    for rows in (
        orders,
        Lead.objects.filter(customer_id__in=ids),
        Note.objects.filter(customer_id__in=ids),
        CustomerTag.objects.filter(customer_id__in=ids),
    ):
        used.update(rows.order_by().values_list("customer_id", flat=True).distinct())
    touched = (
        AuditEvent.objects.filter(
            subject_type=Customer._meta.label_lower, subject_id__in=[str(one) for one in ids]
        )
        .exclude(actor_name__in=ignoring)
        .values_list("subject_id", flat=True)
    )
    return used | {UUID(subject_id) for subject_id in touched}


def _note_kept(actor: Actor, order_import: OrderImport, customers: Collection[Customer]) -> None:
    OrderImportProblem.objects.bulk_create(
        OrderImportProblem(
            company=actor.company,
            order_import=order_import,
            phase=ImportPhase.UNDOING,
            message=f"Customer {customer.code} stays: others have used or changed the record.",
        )
        for customer in customers
    )
