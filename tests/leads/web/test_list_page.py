"""The list of leads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from leads.models import Lead
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/leads/"
QUERIES = 13


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


def rows(client: Client, query: str = "") -> set[Lead]:
    return set(client.get(f"{URL}?{query}").context["rows"])


def test_what_a_row_tells(acme: World, desk: Client) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza", phone="0412 345 678")
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    make_lead(
        acme.actor(),
        branch=acme.north,
        customer=customer,
        owner_id=owner.pk,
        phone_text="0412 345 678",
        interest="Wagon",
    )
    html = desk.get(URL).content.decode()
    for fact in ("Ana de Souza", "0412 345 678", "Wagon", "North", owner.display_name, "New"):
        assert fact in html


def test_filters(acme: World, desk: Client) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    owned = make_lead(acme.actor(), branch=acme.north, owner_id=owner.pk)
    south = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    legacy = make_legacy_lead(acme.north, phone="+61412999888", name="Omar")
    Lead.objects.filter(pk=owned.pk).update(follow_up_at=timezone.now() - timedelta(days=2))
    assert rows(desk) == {owned, south, legacy}
    assert rows(desk, f"branch={acme.south.pk}") == {south}
    assert rows(desk, f"owner={owner.pk}") == {owned}
    assert rows(desk, "owner=unassigned") == {south, legacy}
    assert rows(desk, "without_customer=on") == {legacy}
    assert rows(desk, "follow_up=overdue&sort=follow_up") == {owned}
    assert rows(desk, "status=closed") == set()
    assert "No customer yet" in desk.get(URL).content.decode()


def test_the_tab_without_a_customer_keeps_while_filtering(acme: World, desk: Client) -> None:
    assert "without_customer" not in str(desk.get(URL).context["form"].visible_fields())
    html = desk.get(f"{URL}?without_customer=on").content.decode()
    assert '<input type="hidden" name="without_customer" value="on"' in html
    assert 'name="without_customer"' not in desk.get(URL).content.decode()


def test_an_rm_sees_their_own(acme: World, client_of: SignIn) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    owned = make_lead(acme.actor(), branch=acme.north, owner_id=owner.pk)
    make_lead(acme.actor(), branch=acme.north)
    assert rows(client_of(owner)) == {owned}
    assert rows(client_of(owner), f"branch={acme.south.pk}&owner=unassigned") == {owned}


def test_pages(acme: World, desk: Client) -> None:
    for number in range(52):
        make_legacy_lead(acme.north, name=f"Lead {number}", phone="")
    first = desk.get(URL)
    assert "50 of 52" in first.content.decode()
    second = desk.get(URL + first.context["next_url"])
    assert len(second.context["rows"]) == 2


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "sort=phone",
        "status=king",
        "follow_up=never",
        "branch=x",
        "owner=x",
        "source=0190b3a0-0000-7000-8000-000000000000",
        "status=%00",
        "owner=%ED%A0%80",
    ],
)
def test_what_is_not_on_the_list(desk: Client, query: str) -> None:
    answer = desk.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert "<html" in answer.content.decode()


def test_another_company_sees_its_own(acme: World, globex: World, client_of: SignIn) -> None:
    make_legacy_lead(acme.north, name="Omar Haddad")
    html = client_of(globex.staff[Role.ADMIN]).get(URL).content.decode()
    assert "Omar" not in html
    assert "No leads yet" in html


def test_nobody_without_a_sign_in(client: Client) -> None:
    assert client.get(URL).status_code == 302


def test_the_cost_does_not_grow(
    acme: World, desk: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    make_lead(acme.actor(), branch=acme.north)
    desk.get(URL)
    with django_assert_num_queries(QUERIES):
        desk.get(URL)
    for _ in range(4):
        make_lead(acme.actor(), branch=acme.north)
    with django_assert_num_queries(QUERIES):
        desk.get(URL)
