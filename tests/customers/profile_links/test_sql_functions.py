"""The database's functions: who stands behind a hash or a profile, in one's own company only."""

from collections.abc import Callable

import pytest
from django.db import connection

from crm.tenancy import SET_COMPANY
from customers.models import Customer
from customers.selectors.profile_customer import (
    LinkState,
    customer_of_hash,
    customer_of_profile,
)
from customers.services.contact_points import add_contact_point, make_primary
from customers.services.edit import edit_customer
from customers.services.merge import merge_customers
from customers.services.profile_links import link_profile
from customers.services.removal import delete_customer
from tests.factories.candidates import pretend_merged
from tests.factories.customers import make_customer
from tests.worlds import World

LINE = {"provider": "line", "profile_id": "U4af4980629"}


@pytest.fixture
def ana(acme: World) -> Customer:
    made = make_customer(acme.system(), name="Ana Lim", phone="+61412345678", email="ana@ex.org")
    link_profile(actor=acme.system(), customer_id=made.pk, **LINE)
    return made


def ask(query: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_all_three_name_the_same_customer(acme: World, ana: Customer) -> None:
    by_hash = customer_of_hash(actor=acme.system(), stable_hash_id=ana.stable_hash_id)
    by_profile = customer_of_profile(actor=acme.system(), **LINE)
    (link,) = ask("SELECT * FROM get_profile_customer_link(%s, %s)", *LINE.values())
    assert by_hash is not None
    assert by_profile.customer == by_hash
    assert by_profile.state is LinkState.LINKED_MATCHED
    assert link[:5] == (by_profile.link_id, ana.pk, ana.pk, ana.stable_hash_id, False)
    assert (by_hash.full_name, by_hash.phone, by_hash.email) == (
        "Ana Lim",
        "+61412345678",
        "ana@ex.org",
    )


def test_what_staff_change_is_read_at_once(acme: World, ana: Customer) -> None:
    desk = acme.actor()
    edit_customer(
        actor=desk, customer_id=ana.pk, version=ana.version, changes={"full_name": "Ana Roy"}
    )
    phone = add_contact_point(actor=desk, customer_id=ana.pk, kind="phone", text="+66812345678")
    make_primary(actor=desk, contact_point_id=phone.pk)
    found = customer_of_profile(actor=desk, **LINE).customer
    assert found is not None
    assert (found.full_name, found.phone, found.version) == ("Ana Roy", "+66812345678", 2)


def test_hashes_lead_through_merges(acme: World, ana: Customer) -> None:
    ben, carl = make_customer(acme.system()), make_customer(acme.system())
    merge_customers(actor=acme.system(), survivor_id=ben.pk, others=[ana.pk])
    merge_customers(actor=acme.system(), survivor_id=carl.pk, others=[ben.pk])
    for one in (ana, ben, carl):
        found = customer_of_hash(actor=acme.system(), stable_hash_id=one.stable_hash_id)
        assert found is not None
        assert found.customer_id == carl.pk


def test_a_link_that_still_names_a_merged_record_leads_through(acme: World, ana: Customer) -> None:
    """Records that another system merged before the import have no journal."""
    ben = make_customer(acme.system())
    pretend_merged(ana, ben)
    found = customer_of_profile(actor=acme.system(), **LINE).customer
    assert found is not None
    assert found.customer_id == ben.pk


def test_nothing_of_a_deleted_customer_is_shown(acme: World, ana: Customer) -> None:
    ben = make_customer(acme.system())
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="asked")
    assert customer_of_hash(actor=acme.system(), stable_hash_id=ana.stable_hash_id) is None
    pretend_merged(ben, ana)
    assert customer_of_hash(actor=acme.system(), stable_hash_id=ben.stable_hash_id) is None


def test_strangers_and_the_forgotten_company_see_nothing(
    acme: World, globex: World, ana: Customer
) -> None:
    functions = (
        ("SELECT * FROM get_customer_by_hash_id(%s)", [ana.stable_hash_id]),
        ("SELECT * FROM get_customer_for_profile(%s, %s)", list(LINE.values())),
        ("SELECT * FROM get_profile_customer_link(%s, %s)", list(LINE.values())),
        ("SELECT * FROM live_customer(%s)", [ana.pk]),
        ("SELECT * FROM live_customer(surviving_customer(%s))", [ana.pk]),
    )
    for query, values in functions:
        assert ask(query, *values)
    for company in (str(globex.company.pk), ""):
        ask(SET_COMPANY, company)
        for query, values in functions:
            assert ask(query, *values) == [], query
    ask(SET_COMPANY, str(acme.company.pk))


def test_it_costs_one_query(
    acme: World, ana: Customer, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        customer_of_profile(actor=acme.system(), **LINE)
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        found = customer_of_profile(actor=acme.system(), provider="line", profile_id="U\x00")
    assert found.state is LinkState.NOT_LINKED
