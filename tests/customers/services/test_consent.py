"""The consent ledger."""

from typing import Any

import pytest

from crm.actors import Door
from crm.errors import Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import ConsentEvent, Customer
from customers.selectors.consent import current_consent
from customers.services.consent import record_consent
from tests.factories.customers import make_customer
from tests.worlds import World


def state(customer: Customer) -> dict[str, bool]:
    return {event.channel: event.granted for event in current_consent(customer_id=customer.pk)}


def test_the_newest_answer_of_a_channel_counts_and_all_are_kept(acme: World) -> None:
    ana = make_customer(acme.system())
    clerk = acme.actor(Role.RECEPTIONIST)
    for channel, granted in (("email", True), ("sms", True), ("email", False)):
        event = record_consent(
            actor=clerk, customer_id=ana.pk, channel=channel, granted=granted, source="on the phone"
        )
        assert event is not None
        assert event.recorded_by == clerk.name
    assert state(ana) == {"email": False, "sms": True}
    assert ConsentEvent.objects.count() == 3
    last = AuditEvent.objects.filter(action="customer.consent_recorded").order_by("-id")[0]
    assert last.old == {"channel": "email", "granted": True}


@pytest.mark.parametrize("door", [Door.API, Door.TASK, Door.IMPORT])
def test_forms_and_systems_may_only_raise_it(acme: World, door: Door) -> None:
    ana = make_customer(acme.system())

    def from_form(granted: bool, *, explicit: bool = False) -> bool:
        event = record_consent(
            actor=acme.system(door=door),
            customer_id=ana.pk,
            channel="email",
            granted=granted,
            source="web form",
            explicit=explicit,
        )
        return event is not None

    assert not from_form(False)
    assert state(ana) == {}
    assert from_form(True)
    assert not from_form(True)
    assert not from_form(False)
    assert state(ana) == {"email": True}
    assert from_form(False, explicit=True)
    assert state(ana) == {"email": False}


@pytest.mark.parametrize(
    ("field", "channel", "source"),
    [
        ("channel", "pigeon", "web"),
        ("source", "email", ""),
        ("source", "email", "x" * 61),
        ("source", "email", "\x00"),
    ],
)
def test_bad_answers_are_refused(acme: World, field: str, channel: str, source: str) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(InvalidInput) as refused:
        record_consent(
            actor=acme.system(), customer_id=ana.pk, channel=channel, granted=True, source=source
        )
    assert list(refused.value.fields) == [field]


def test_strangers_and_finance_may_not(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    answer: dict[str, Any] = {
        "customer_id": ana.pk,
        "channel": "email",
        "granted": True,
        "source": "web",
    }
    with globex.inside(), pytest.raises(NotFound):
        record_consent(actor=globex.system(), **answer)
    with pytest.raises(Forbidden):
        record_consent(actor=acme.actor(Role.FINANCE), **answer)
