"""Customers that an undone import had made: taken out where nothing else uses them."""

from collections.abc import Collection

from crm.actors import Actor
from crm.tenancy import use_company
from customers.models import Customer
from customers.models.customer import RecordState
from customers.services.customer_use import used_customers
from customers.services.removal import delete_customers
from scoring.models import (
    ImportPhase,
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
        used = used_customers([one.pk for one in live], ignoring={actor.name, importer.name})
        unused = [one.pk for one in live if one.pk not in used]
        removed = delete_customers(actor=actor, customer_ids=unused, reason=REASON)
        _note_kept(actor, order_import, [one for one in live if one.pk in used])
        report = dict(order_import.undo_report)
        report["customers_kept"] = report.get("customers_kept", 0) + len(used)
        report["customers_removed"] = report.get("customers_removed", 0) + removed
        imports.save(order_import, undo_report={**report, "last_customer": rows[-1].pk})
    return True


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
