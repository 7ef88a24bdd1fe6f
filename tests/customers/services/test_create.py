"""A customer typed in by staff."""

from typing import Any

import pytest
from django.db import transaction

from crm.errors import DuplicateFound, Forbidden, InvalidInput
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.contact_entries import EmailEntry, PhoneEntry
from customers.services.create import create_customer
from customers.services.new_customer import ValueTaken, write_points
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@example.com"


def test_all_that_was_typed_is_kept(acme: World) -> None:
    ana = create_customer(
        actor=acme.actor(Role.RECEPTIONIST),
        full_name=" Dr  Ana de Souza ",
        phones=[
            PhoneEntry("0412 345 678", "mobile"),
            PhoneEntry("+61 412 345 678"),
            PhoneEntry("(02) 9374 4000 ext 12", "work"),
        ],
        emails=[EmailEntry("Ana@Example.COM"), EmailEntry("")],
        city="Sydney",
        birthday="1990-05-17",
        language="en",
        preferred_contact="phone",
    )
    assert (ana.full_name, ana.given_name, ana.family_name) == (
        "Dr Ana de Souza",
        "Ana",
        "de Souza",
    )
    assert (ana.city, ana.preferred_contact, ana.version, ana.origin) == (
        "Sydney",
        "phone",
        1,
        "manual",
    )
    points = {point.value: point for point in ContactPoint.objects.filter(customer=ana)}
    assert set(points) == {PHONE, "+61293744000", EMAIL}
    assert points[PHONE].is_primary
    assert points[EMAIL].is_primary
    work = points["+61293744000"]
    assert (work.is_primary, work.extension, work.label) == (False, "12", "work")
    assert work.as_typed == "(02) 9374 4000 ext 12"
    event = AuditEvent.objects.get(action="customer.created")
    assert event.new is not None
    assert event.new["phones"] == [PHONE, "+61293744000"]
    assert OutboxEvent.objects.get(topic="customer.created")


def test_codes_count_up_in_each_company(acme: World, globex: World) -> None:
    codes = [make_customer(acme.system()).code for _ in range(2)]
    assert int(codes[1][4:]) == int(codes[0][4:]) + 1
    with globex.inside():
        assert make_customer(globex.system()).code.startswith("CUS-")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("full_name", {"full_name": "", "phone": PHONE}),
        ("full_name", {"full_name": "x" * 300, "phone": PHONE}),
        ("full_name", {"full_name": "A\x00na", "phone": PHONE}),
        ("full_name", {"full_name": "A\ud800na", "phone": PHONE}),
        ("phone", {"phone": "123"}),
        ("phone", {"phone": "words"}),
        ("phone", {"phone": "", "email": " "}),
        ("phone", {"phone": "0412\x00345678"}),
        ("email", {"email": "ana.example.com"}),
        ("email", {"email": "a\x00na@example.com"}),
        ("email", {"email": "noemail@noemail.com"}),
        ("label", {"phone": PHONE, "label": "x" * 41}),
        ("city", {"phone": PHONE, "city": "\x00"}),
        ("company", {"phone": PHONE, "company": 5}),
    ],
)
def test_bad_input_is_refused_at_its_field(acme: World, field: str, given: dict[str, Any]) -> None:
    values = dict(given)
    phone, label = values.pop("phone", ""), values.pop("label", "")
    email = values.pop("email", "")
    with pytest.raises(InvalidInput) as refused:
        create_customer(
            actor=acme.system(),
            **{"full_name": "Ana Lim", **values},
            phones=[PhoneEntry(phone, label)],
            emails=[EmailEntry(email)],
        )
    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field]
    assert not Customer.objects.exists()


def test_all_errors_come_at_once(acme: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_customer(
            actor=acme.system(),
            full_name="",
            phones=[PhoneEntry("123"), PhoneEntry("456")],
            emails=[EmailEntry("nobody")],
        )
    assert set(refused.value.fields) == {"full_name", "phone", "phone_2", "email"}


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_known_value_is_a_duplicate(acme: World, field: str) -> None:
    ana = make_customer(acme.system(), phone=PHONE, email=EMAIL)
    given: dict[str, Any] = {
        "phone": "",
        "email": "",
        field: {"phone": PHONE, "email": EMAIL}[field],
    }
    with pytest.raises(DuplicateFound) as refused:
        make_customer(acme.system(), name="Ben Roy", **given)
    assert refused.value.details["customer_id"] == ana.pk
    assert refused.value.details["field"] == field
    assert "Robin" not in refused.value.message
    assert Customer.objects.count() == 1


def test_a_family_shares_its_phone(acme: World) -> None:
    for name in ("Mother Lim", "Father Lim", "Child Lim"):
        make_customer(acme.system(), name=name, phone=PHONE, share=True)
    rows = ContactPoint.objects.filter(value=PHONE)
    assert [row.is_shared for row in rows] == [True, True, True]
    assert AuditEvent.objects.filter(action="customer.contact_shared").count() == 1
    with pytest.raises(DuplicateFound):
        make_customer(acme.system(), name="Aunt Lim", phone=PHONE)


def test_nothing_to_share_leaves_the_number_its_own(acme: World) -> None:
    make_customer(acme.system(), phone=PHONE, share=True)
    assert not ContactPoint.objects.get().is_shared


def test_finance_may_not_and_strangers_do_not_clash(acme: World, globex: World) -> None:
    with pytest.raises(Forbidden):
        make_customer(acme.actor(Role.FINANCE), phone=PHONE)
    make_customer(acme.actor(Role.SERVICE), phone=PHONE)
    with globex.inside():
        make_customer(globex.system(), phone=PHONE)


def test_of_eight_at_once_one_creates_seven_hear_of_it(committed: None, acme: World) -> None:
    def create(number: int) -> bool:
        try:
            with acme.inside():
                make_customer(acme.system(), name=f"Ana {chr(65 + number)}", phone=PHONE)
        except DuplicateFound:
            return False
        return True

    assert run_threads(8, create).count(True) == 1
    with acme.inside():
        assert Customer.objects.count() == 1


def test_eight_relatives_at_once_all_share(committed: None, acme: World) -> None:
    def create(number: int) -> None:
        with acme.inside():
            make_customer(
                acme.system(), name=f"Ana {chr(65 + number)}", phone=PHONE, email=EMAIL, share=True
            )

    run_threads(8, create)
    with acme.inside():
        assert Customer.objects.count() == 8
        assert ContactPoint.objects.filter(value=PHONE, is_shared=True).count() == 8
        assert ContactPoint.objects.filter(value=EMAIL, is_shared=True).count() == 8


def test_a_value_that_others_came_to_share_is_no_free_place(acme: World) -> None:
    """Between a look that found nobody and the write, two relatives were saved as sharing."""
    for name in ("Ana", "Bea"):
        make_customer(acme.system(), name=name, phone=PHONE, share=True)
    cleo = make_customer(acme.system(), name="Cleo")
    point = ContactPoint(
        company=acme.company, customer=cleo, kind="phone", value=PHONE, as_typed=PHONE
    )
    with pytest.raises(ValueTaken), transaction.atomic():
        write_points([point])
