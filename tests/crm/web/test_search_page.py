"""The search box: who is it? Numbers come by POST and stand in no URL."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
HTMX = {"HX-Request": "true"}
SEARCH = "/search/"


def found(client: Client, text: str) -> str:
    answer = client.post(SEARCH, {"q": text}, headers=HTMX)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<html" not in html
    return html


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


def test_a_caller_by_number(acme: World, desk: Client) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza", phone="0412 345 678", city="Bondi")
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    make_lead(acme.actor(Role.MANAGER), branch=acme.south, customer=customer)
    make_lead(acme.actor(), branch=acme.north, customer=customer, owner_id=owner.pk)
    html = found(desk, "+61 (412) 345-678")
    for fact in (
        "Ana de Souza",
        customer.code,
        "0412 345 678",
        "Bondi",
        "South",
        owner.display_name,
    ):
        assert fact in html
    assert f'href="/customers/{customer.pk}/"' in html


def test_a_page_without_script(acme: World, desk: Client) -> None:
    make_customer(acme.actor(), name="Ana de Souza")
    html = desk.post(SEARCH, {"q": "souza"}).content.decode()
    assert "<html" in html
    assert "Ana de Souza" in html
    assert 'value="souza"' in html


def test_enter_searches_and_opens_no_result(desk: Client) -> None:
    html = desk.post(SEARCH, {"q": "0412 000 321"}).content.decode()
    form = html[html.index('id="search"') : html.index("</form>", html.index('id="search"'))]
    buttons = re.findall(r"<button[^>]*>", form)
    assert len(buttons) == 3
    assert "formaction" not in buttons[0]
    assert all("formaction" in button for button in buttons[1:])


def test_a_lead_without_a_customer(acme: World, desk: Client) -> None:
    lead = make_legacy_lead(acme.north, phone="+61412999888", name="Omar Haddad")
    html = found(desk, "0412 999 888")
    assert "Lead, no customer yet" in html
    assert f"/leads/{lead.pk}/" in html


def test_a_shared_number_asks_who_it_is(acme: World, desk: Client) -> None:
    for name in ("Ana Lim", "Ben Lim", "Cho Lim"):
        make_customer(acme.actor(), name=name, phone="0412 777 111", share=True)
    html = found(desk, "0412777111")
    assert "3 people share this number" in html
    assert html.count('role="option"') == 3


def test_nobody_has_it(acme: World, desk: Client) -> None:
    html = found(desk, "0412 000 321")
    assert "Nobody has this number" in html
    assert "New customer" in html
    assert "Log walk-in" in html
    carried = {"q": "0412 000 321", "from_search": "phone"}
    for path in ("/customers/new/", "/leads/walk-in/"):
        form = desk.post(path, carried)
        assert form.status_code == 200
        assert 'value="0412 000 321"' in form.content.decode()


def test_finance_is_not_offered_what_it_may_not(acme: World, client_of: SignIn) -> None:
    html = found(client_of(acme.staff[Role.FINANCE]), "0412 000 321")
    assert "Nobody has this number" in html
    assert "New customer" not in html
    assert "Log walk-in" not in html


def test_too_little_and_nothing(desk: Client) -> None:
    assert "Type a little more" in found(desk, "4")
    assert "Type a little more" not in found(desk, "")
    assert desk.get(SEARCH).status_code == 200


@pytest.mark.parametrize("text", ["ab\x00c", "x" * 201, "����", "'; DROP", "%_%", "🦊" * 9])
def test_bad_input_is_answered(desk: Client, text: str) -> None:
    assert desk.post(SEARCH, {"q": text}, headers=HTMX).status_code == 200
    assert desk.post(SEARCH, {"q": text}).status_code == 200


def test_broken_bytes_are_answered(desk: Client) -> None:
    halves = b"q=%ED%A0%80%00abc"
    kind = "application/x-www-form-urlencoded"
    assert desk.post(SEARCH, halves, content_type=kind).status_code == 200
    odd = "multipart/form-data; boundary=B"
    body = b'--B\r\nContent-Disposition: form-data; name="q"\r\n\r\nana\xed\xa0\x80\r\n--B--\r\n'
    assert desk.post(SEARCH, body, content_type=odd).status_code == 200


def test_another_company_finds_nothing(acme: World, globex: World, client_of: SignIn) -> None:
    make_customer(acme.actor(), name="Ana de Souza", phone="+61412345678")
    make_legacy_lead(acme.north, phone="+61412999888", name="Omar Haddad")
    stranger = client_of(globex.staff[Role.ADMIN])
    for text in ("Souza", "+61412345678", "+61412999888", "CUS-000001"):
        html = found(stranger, text)
        assert "Nobody" in html
        assert "de Souza" not in html
        assert "Omar" not in html


def test_nobody_without_a_sign_in(client: Client) -> None:
    assert client.post(SEARCH, {"q": "ana"}).status_code == 302
    htmx = client.post(SEARCH, {"q": "ana"}, headers=HTMX)
    assert htmx.headers["HX-Redirect"].startswith("/accounts/login/")


def test_the_cost_is_fixed(
    acme: World, desk: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    make_customer(acme.actor(), name="Ana Lim", phone="0412 555 001")
    found(desk, "lim")
    for number in range(2, 7):
        customer = make_customer(acme.actor(), name=f"Ana Lim {number}")
        make_lead(acme.actor(), branch=acme.north, customer=customer)
    with django_assert_max_num_queries(15):
        assert found(desk, "lim").count('role="option"') == 6
