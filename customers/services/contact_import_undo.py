"""An import of people taken back: what it gave customers, then the customers whom it made.

What somebody changed or used since stays, and is told. Each step is one transaction with a
checkpoint, so a worker that dies is followed by one that goes on.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.audit import plain
from crm.claims import ClaimLost
from crm.errors import CrmError
from crm.models import Company
from crm.models.file_import import ImportPhase, ImportState
from crm.tenancy import use_company
from customers.models import (
    ContactImport,
    ContactImportChange,
    ContactImportProblem,
    ContactPoint,
    Customer,
    CustomerTag,
    Note,
)
from customers.models.customer import RecordState
from customers.services.contact_import.kinds import kind_of
from customers.services.contact_imports import acting_for, imports
from customers.services.contact_points import remove_contact_point, stop_sharing
from customers.services.customer_use import used_customers
from customers.services.removal import delete_customers

BATCH = 200
REASON = "The import that made this customer was undone."
FACTS = ("removed", "restored", "kept")


def run_undo(*, company_id: int, import_id: UUID) -> ContactImport | None:
    """Undo an import to the end; None when others are at it. Call it outside of a transaction."""
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        one = imports.take(import_id, (ImportState.UNDOING,))
        if one is None:
            return None
    actor = acting_for(one, company, asked_by=one.undo_report["asked_by"])
    importer = acting_for(one, company, asked_by=one.started_by)
    try:
        while _take_back_effects(actor, one):
            pass
        while _take_back_changes(actor, importer, one):
            pass
    except ClaimLost:
        return None
    with use_company(company_id):
        imports.save(one, state=ImportState.UNDONE, finished_at=timezone.now())
        facts = {name: one.undo_report.get(name, 0) for name in FACTS}
        audit.record(actor=actor, action="contactimport.undone", subject=one, new=facts)
    return one


def _take_back_effects(actor: Actor, one: ContactImport) -> bool:
    """The next leads, or whatever the kind made; False when there are none left."""
    take_back = kind_of(one.kind).take_back
    if take_back is None:
        return False
    with use_company(actor.company.pk):
        there_may_be_more = take_back(actor, one)
        imports.save(one)
    return there_may_be_more


def _take_back_changes(actor: Actor, importer: Actor, one: ContactImport) -> bool:
    """The next customers, the last one touched first; False when there are none left."""
    with use_company(actor.company.pk), transaction.atomic():
        rows = ContactImportChange.objects.filter(contact_import=one)
        if "below" in one.undo_report:
            rows = rows.filter(pk__lt=one.undo_report["below"])
        changes = list(rows.order_by("-pk")[:BATCH])
        if not changes:
            return False
        customers = _locked({change.customer_id for change in changes})
        ignoring = {actor.name, importer.name}
        told = Counter({name: one.undo_report.get(name, 0) for name in FACTS})
        kept: list[str] = []
        made = [change for change in changes if change.is_new]
        _delete_made(actor, made, customers, ignoring, told, kept)
        for change in changes:
            if not change.is_new:
                _give_back(actor, change, customers[change.customer_id], told, kept)
        _note(actor, one, kept)
        imports.save(
            one,
            undo_done=one.undo_done + len(changes),
            undo_report={**one.undo_report, **told, "below": changes[-1].pk},
        )
    return True


def _locked(ids: Iterable[UUID]) -> dict[UUID, Customer]:
    rows = Customer.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(no_key=True)
    return {customer.pk: customer for customer in rows}


def _delete_made(
    actor: Actor,
    made: Sequence[ContactImportChange],
    customers: Mapping[UUID, Customer],
    ignoring: set[str],
    told: Counter[str],
    kept: list[str],
) -> None:
    live = [one for one in made if _is_live(customers[one.customer_id])]
    own_rows = [_read_id(pk) for one in live for pk in _added(one, "notes", "tags")]
    used = used_customers([one.customer_id for one in live], ignoring=ignoring, own_rows=own_rows)
    unused = [one.customer_id for one in live if one.customer_id not in used]
    told["removed"] += delete_customers(actor=actor, customer_ids=unused, reason=REASON)
    told["kept"] += len(used)
    for one in made:
        customer = customers[one.customer_id]
        if customer.pk in used:
            kept.append(f"Customer {customer.code} stays: others have used or changed the record.")
        elif customer.record_state == RecordState.MERGED:
            told["kept"] += 1
            kept.append(f"Customer {customer.code} was merged since; undo the merge first.")


def _give_back(
    actor: Actor,
    change: ContactImportChange,
    customer: Customer,
    told: Counter[str],
    kept: list[str],
) -> None:
    """A customer who was there before, as they were, as far as nobody changed it since."""
    if not _is_live(customer):
        told["kept"] += 1
        kept.append(f"Customer {customer.code} was merged or deleted since and stays so.")
        return
    values = {
        name: change.before.get(name)
        for name, after in change.after.items()
        if plain(getattr(customer, name)) == after
    }
    others = sorted(change.after.keys() - values.keys())
    if others:
        told["kept"] += 1
        names = ", ".join(name.replace("_", " ") for name in others)
        kept.append(f"Customer {customer.code}: {names} changed since and stays.")
    _restore(actor, customer, values)
    _remove_rows(actor, change)
    told["restored"] += 1


def _restore(actor: Actor, customer: Customer, values: Mapping[str, Any]) -> None:
    if not values:
        return
    fields = {field.name: field for field in customer._meta.concrete_fields}
    typed = {name: fields[name].to_python(raw) for name, raw in values.items()}
    old = {name: getattr(customer, name) for name in typed}
    for name, value in typed.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.save(update_fields=[*typed, "version", "updated_at"])
    audit.record(
        actor=actor, action="customer.updated", subject=customer, old=old, new=typed, reason="undo"
    )
    payload = {"customer_id": customer.pk, "changed": sorted(typed)}
    outbox.publish(actor=actor, topic="customer.updated", payload=payload)


def _remove_rows(actor: Actor, change: ContactImportChange) -> None:
    """Phones, e-mails, notes and tags that it added; numbers that it shared identify again."""
    points = ContactPoint.objects.filter(
        pk__in=_added(change, "points"), customer_id=change.customer_id
    )
    for pk in points.values_list("pk", flat=True):
        remove_contact_point(actor=actor, contact_point_id=pk)
    for pk in ContactPoint.objects.filter(
        pk__in=_added(change, "shared"), is_shared=True, is_live=True
    ).values_list("pk", flat=True):
        try:
            stop_sharing(actor=actor, contact_point_id=pk)
        except CrmError:
            continue  # others have it still
    own = {"customer_id": change.customer_id}
    notes, _ = Note.objects.filter(pk__in=_added(change, "notes"), **own).delete()
    tags, _ = CustomerTag.objects.filter(pk__in=_added(change, "tags"), **own).delete()
    if notes or tags:
        audit.record(
            actor=actor,
            action="customer.updated",
            subject=change.customer,
            new={"notes_removed": notes, "tags_removed": tags},
            reason="undo",
        )


def _added(change: ContactImportChange, *names: str) -> list[Any]:
    return [pk for name in names for pk in change.added.get(name, ())]


def _read_id(text: str | int) -> UUID | int:
    return text if isinstance(text, int) else UUID(text)


def _is_live(customer: Customer) -> bool:
    return customer.record_state == RecordState.ACTIVE


def _note(actor: Actor, one: ContactImport, messages: Iterable[str]) -> None:
    ContactImportProblem.objects.bulk_create(
        ContactImportProblem(
            company=actor.company,
            contact_import=one,
            phase=ImportPhase.UNDOING,
            message=message[:500],
        )
        for message in messages
    )
