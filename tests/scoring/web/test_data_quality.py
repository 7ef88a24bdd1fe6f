"""Problems of the data: counted, listed, mended."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import OutboxEvent, StaffMember
from crm.roles import Role
from customers.models import ContactPoint, Customer, DataProblemCustomer
from customers.models.data_quality import DataProblem
from customers.selectors.data_quality import list_with_problem
from customers.services.contact_points import add_contact_point
from customers.services.data_quality import count_problems
from customers.services.removal import delete_customer
from customers.tasks import count_data_problems
from tests.factories.customers import make_customer
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
PAGE = "/reports/data-quality/"
HOME = "+61293744001"
COST, LIST_COST = 9, 11


def crowd(world: World) -> dict[DataProblem, set[str]]:
    """People with each problem, by name."""
    actor = world.system()
    make_customer(actor, name="Whole Person", email="whole@example.com")
    gone = make_customer(actor, name="Nobody Reaches")
    ContactPoint.objects.filter(customer=gone).delete()
    make_customer(actor, name="Mail Only", phone="", email="mail@example.com")
    wrong = make_customer(actor, name="Wrong Number")
    ContactPoint.objects.filter(customer=wrong).update(is_invalid=True)
    made_up = make_customer(actor, name="Made Up", email="made@example.com")
    Customer.objects.filter(pk=made_up.pk).update(name_is_placeholder=True)
    for name in ("Home One", "Home Two"):
        make_customer(actor, name=name, phone=HOME, share=name.endswith("Two"))
    deleted = make_customer(actor, name="Deleted Person")
    delete_customer(actor=actor, customer_id=deleted.pk, reason="Test")
    return {
        DataProblem.UNREACHABLE: {"Nobody Reaches"},
        DataProblem.NO_PHONE: {"Nobody Reaches", "Mail Only"},
        DataProblem.NO_EMAIL: {"Nobody Reaches", "Wrong Number", "Home One", "Home Two"},
        DataProblem.INVALID: {"Wrong Number"},
        DataProblem.PLACEHOLDER: {"Made Up"},
        DataProblem.SHARED: {"Home One", "Home Two"},
    }


def listed(world: World, problem: DataProblem) -> set[str]:
    page = list_with_problem(actor=world.actor(Role.MANAGER), problem=problem)
    return {row.customer.full_name for row in page.rows}


def test_each_problem_is_counted_and_lists_its_customers(acme: World, globex: World) -> None:
    expected = crowd(acme)
    with globex.inside():
        make_customer(globex.system(), name="Stranger")
    count_data_problems()
    count_data_problems()  # again: nobody twice
    assert {problem: listed(acme, problem) for problem in DataProblem} == expected
    assert DataProblemCustomer.objects.count() == sum(map(len, expected.values()))
    with globex.inside():
        assert listed(globex, DataProblem.NO_EMAIL) == {"Stranger"}


def test_who_is_mended_leaves_the_list_at_once(acme: World) -> None:
    crowd(acme)
    count_problems(actor=acme.system())
    mended = Customer.objects.get(full_name="Mail Only")
    add_contact_point(actor=acme.system(), customer_id=mended.pk, kind="phone", text="0412345679")
    ContactPoint.objects.update(is_invalid=False)
    assert listed(acme, DataProblem.NO_PHONE) == {"Nobody Reaches"}
    assert listed(acme, DataProblem.INVALID) == set()


def test_pages_of_a_list(acme: World) -> None:
    names = crowd(acme)[DataProblem.NO_EMAIL]
    count_problems(actor=acme.system())
    seen: list[str] = []
    cursor = ""
    while True:
        page = list_with_problem(
            actor=acme.actor(Role.FINANCE), problem=DataProblem.NO_EMAIL, cursor=cursor, size=3
        )
        seen += [row.customer.full_name for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    newest = Customer.objects.filter(full_name__in=names).order_by("-last_activity_at", "-pk")
    assert seen == list(newest.values_list("full_name", flat=True))


def test_the_page_leads_to_the_cards(acme: World, client_of: SignIn) -> None:
    crowd(acme)
    client = client_of(acme.staff[Role.MANAGER])
    assert "Not counted yet" in client.get(PAGE).content.decode()
    count_problems(actor=acme.system())
    html = client.get(PAGE).content.decode()
    assert f'href="{PAGE}shared/"' in html
    html = client.get(f"{PAGE}shared/").content.decode()
    home = Customer.objects.get(full_name="Home One")
    assert f'href="/customers/{home.pk}/"' in html
    assert f'href="/customers/{home.pk}/edit/#reach"' in html
    assert "Shared" in html
    # Finance may read the report and edit nobody.
    html = client_of(acme.staff[Role.FINANCE]).get(f"{PAGE}shared/").content.decode()
    assert "/edit/" not in html


def test_counting_now(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.TEAM_LEAD])
    assert client.get(f"{PAGE}count/").status_code == 405
    assert client.post(f"{PAGE}count/").status_code == 302
    assert OutboxEvent.objects.filter(topic="dataproblems.count_asked").count() == 1
    count_problems(actor=acme.system())
    client.post(f"{PAGE}count/")
    assert OutboxEvent.objects.filter(topic="dataproblems.count_asked").count() == 1


@pytest.mark.parametrize(
    ("path", "status"), [("no-such-problem/", 404), ("shared/?cursor=x", 400), ("shared/", 200)]
)
def test_addresses_typed_by_hand(acme: World, client_of: SignIn, path: str, status: int) -> None:
    assert client_of(acme.staff[Role.MANAGER]).get(f"{PAGE}{path}").status_code == status


@pytest.mark.parametrize("path", ["", "shared/"])
def test_not_for_everybody(acme: World, client_of: SignIn, path: str) -> None:
    assert client_of(acme.staff[Role.RECEPTIONIST]).get(f"{PAGE}{path}").status_code == 403
    assert client_of(acme.staff[Role.SERVICE]).post(f"{PAGE}count/").status_code == 403


def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    make_customer(acme.system())
    for _ in range(2):
        count_problems(actor=acme.system())
        client.get(PAGE)
        with django_assert_num_queries(COST):
            client.get(PAGE)
        with django_assert_num_queries(LIST_COST):
            client.get(f"{PAGE}no-email/")
        for _ in range(3):
            make_customer(acme.system())
