"""Editing: checked, versioned, and in the trail."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound, StaleVersion
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import Customer
from customers.services.edit import edit_customer
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World


def edit(world: World, customer: Customer, version: int = 1, **changes: Any) -> Customer:
    return edit_customer(
        actor=world.actor(Role.RECEPTIONIST),
        customer_id=customer.pk,
        version=version,
        changes=changes,
    )


def test_only_what_changed_is_written_and_recorded(acme: World) -> None:
    ana = make_customer(acme.system(), name="Ana Lim", city="Sydney")
    edited = edit(acme, ana, full_name="Ana Roy", city="Sydney", birthday="1990-05-17")
    assert (edited.full_name, edited.family_name, edited.version) == ("Ana Roy", "Roy", 2)
    assert (edited.birthday, edited.name_sort) == (date(1990, 5, 17), "ana roy")
    event = AuditEvent.objects.get(action="customer.updated")
    assert event.old == {"full_name": "Ana Lim", "family_name": "Lim", "birthday": None}
    assert event.new == {"full_name": "Ana Roy", "family_name": "Roy", "birthday": "1990-05-17"}
    assert OutboxEvent.objects.filter(topic="customer.updated").count() == 1


def test_no_change_writes_nothing_even_with_an_old_version(acme: World) -> None:
    ana = make_customer(acme.system(), city="Sydney")
    edit(acme, ana, city="Perth")
    assert edit(acme, ana, city=" Perth ").version == 2
    assert AuditEvent.objects.filter(action="customer.updated").count() == 1


def test_saved_first_by_somebody_else_shows_both_versions(acme: World) -> None:
    ana = make_customer(acme.system(), city="Sydney")
    edit(acme, ana, city="Perth")
    with pytest.raises(StaleVersion) as stale:
        edit(acme, ana, city="Cairns")
    assert stale.value.details == {
        "current": {"city": "Perth"},
        "yours": {"city": "Cairns"},
        "current_version": 2,
        "changed_by": acme.staff[Role.RECEPTIONIST].display_name,
    }
    assert Customer.objects.get(pk=ana.pk).city == "Perth"


def test_a_real_name_from_staff_is_no_placeholder_any_more(acme: World) -> None:
    caller = make_customer(acme.system(), name="Unknown caller")
    assert caller.name_is_placeholder
    assert not edit(acme, caller, full_name="Ana Lim").name_is_placeholder


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "x" * 300),
        ("full_name", "A\x00na"),
        ("full_name", "A\ud800na"),
        ("city", "Per\x00th"),
        ("city", "\udfff"),
        ("city", "x" * 121),
        ("birthday", "17/05/1990"),
        ("birthday", "1990-02-30"),
        ("birthday", timezone.localdate() + timedelta(days=2)),
        ("birthday", date(1700, 1, 1)),
        ("preferred_contact", "pigeon"),
        ("version", 7),
        ("company_id", 1),
    ],
)
def test_bad_values_are_refused_at_their_field(acme: World, field: str, value: Any) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(InvalidInput) as refused:
        edit_customer(
            actor=acme.system(),
            customer_id=ana.pk,
            version=1,
            changes={field: value, "country": "AU"},
        )
    assert list(refused.value.fields) == [field]
    assert Customer.objects.get(pk=ana.pk).version == 1


@pytest.mark.parametrize("state", ["merged", "deleted"])
def test_merged_and_deleted_customers_stay_as_they_are(acme: World, state: str) -> None:
    ana, ben = make_customer(acme.system()), make_customer(acme.system())
    changes: dict[str, Any] = {"record_state": state}
    changes |= {"merged_into": ben} if state == "merged" else {"deleted_at": timezone.now()}
    Customer.objects.filter(pk=ana.pk).update(**changes)
    with pytest.raises(Conflict) as refused:
        edit(acme, ana, city="Perth")
    assert refused.value.code == state


def test_strangers_and_finance_may_not(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(NotFound):
        edit_customer(actor=acme.system(), customer_id=uuid4(), version=1, changes={"city": "X"})
    with globex.inside(), pytest.raises(NotFound):
        edit(globex, ana, city="X")
    with pytest.raises(Forbidden):
        edit_customer(
            actor=acme.actor(Role.FINANCE), customer_id=ana.pk, version=1, changes={"city": "X"}
        )


def test_of_eight_editors_at_once_one_wins(committed: None, acme: World) -> None:
    with acme.inside():
        ana = make_customer(acme.system())

    def save(number: int) -> type[CrmError] | None:
        try:
            with acme.inside():
                edit(acme, ana, city=f"Town {number}")
        except CrmError as error:
            return type(error)
        return None

    results = run_threads(8, save)
    assert results.count(None) == 1
    assert results.count(StaleVersion) == 7
    with acme.inside():
        assert Customer.objects.get(pk=ana.pk).version == 2
