"""Asking about one person: the same score as a scan gives, at once."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.roles import Role
from customers.models import Customer, DuplicateCandidate
from customers.selectors.alike import alike
from customers.services.duplicate_scan import ask_scan
from customers.services.duplicate_scan_run import run_scan
from tests.factories.customers import make_customer
from tests.worlds import World


@pytest.fixture
def known(acme: World) -> Customer:
    """Two people who are there, and have been scanned."""
    actor = acme.actor(Role.MANAGER)
    first = make_customer(
        actor,
        name="William Harrowgate",
        phone="+61412777001",
        email="w.harrowgate@post.example",
        birthday="1984-03-05",
        city="Ashby",
    )
    make_customer(actor, name="Sarah Quill", city="Ashby")
    asked = ask_scan(actor=actor, full=True)
    run_scan(company_id=acme.company.pk, scan_id=asked.pk)
    return first


def test_a_newcomer_is_recognised(
    acme: World, known: Customer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        found = alike(
            actor=acme.actor(),
            full_name="Bill Harrowgate",
            phones=["0412 777 001"],
            city="ashby",
        )
    assert [one.customer_id for one in found] == [known.pk]
    assert found[0].bits > 3
    assert found[0].relation == "same"
    assert sum(line.bits for line in found[0].evidence) == pytest.approx(found[0].bits)


def test_it_says_what_the_scan_says(acme: World, known: Customer) -> None:
    actor = acme.actor(Role.MANAGER)
    again = make_customer(actor, name="Bill Harrowgate", birthday="1984-03-05", city="Ashby")
    asked = ask_scan(actor=actor, full=True)
    run_scan(company_id=acme.company.pk, scan_id=asked.pk)
    candidate = DuplicateCandidate.objects.get()
    phone = again.contact_points.get().value
    (found,) = alike(
        actor=actor,
        given_name="Bill",
        family_name="Harrowgate",
        birthday=date(1984, 3, 5),
        city="Ashby",
        phones=[phone],
        besides=again.pk,
    )
    assert found.customer_id == known.pk
    assert found.bits == pytest.approx(candidate.bits)
    assert [line.as_json()["words"] for line in found.evidence] == [
        line["words"] for line in candidate.evidence
    ]


def test_nobody_and_nonsense_resemble_nobody(acme: World, known: Customer) -> None:
    actor = acme.actor()
    assert alike(actor=actor) == []
    assert alike(actor=actor, full_name="Walk-in", city="Ashby") == []
    assert alike(actor=actor, full_name="Sarah Longbottom", city="Ashby") == []
    odd = alike(
        actor=actor,
        full_name="\0" * 5 + "W" * 5000,
        phones=["x" * 999, *["+61412000000"] * 99],
        emails=["@", "\0a@b"],
        address_line="ß" * 999,
        postcode="{}\\\"'",
    )
    assert odd == []


def test_strangers_see_nothing(acme: World, globex: World, known: Customer) -> None:
    with globex.inside():
        found = alike(actor=globex.actor(), full_name="William Harrowgate", phones=["+61412777001"])
    assert found == []
