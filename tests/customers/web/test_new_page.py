"""Writing a new customer down."""

import re
from collections.abc import Callable
from string import ascii_letters

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from tests.factories.customers import make_customer
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/customers/new/"


@pytest.fixture
def desk(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.RECEPTIONIST])


def test_a_name_and_a_phone(acme: World, desk: Client) -> None:
    answer = desk.post(URL, {"full_name": "Ana de Souza", "phone": "0412 345 678"})
    customer = Customer.objects.get()
    assert answer.headers["Location"] == f"/customers/{customer.pk}/"
    assert [point.value for point in customer.contact_points.all()] == ["+61412345678"]


def test_all_that_is_known(acme: World, desk: Client) -> None:
    typed = {
        "full_name": "Ana de Souza",
        "phone": "0412 345 678",
        "phone_2": "02 9876 5432",
        "email": "Ana@Example.org",
        "city": "Bondi",
        "birthday": "1990-05-17",
        "language": "th",
        "preferred_contact": "email",
        "tags": "vip, golf, vip",
    }
    assert desk.post(URL, typed).status_code == 302
    customer = Customer.objects.get()
    assert (customer.city, customer.language) == ("Bondi", "th")
    assert [str(tag) for tag in customer.tags.all()] == ["golf", "vip"]
    assert customer.contact_points.count() == 3


def test_a_known_number_names_its_holder(acme: World, desk: Client) -> None:
    holder = make_customer(acme.actor(), name="Ben Lim", phone="0412 345 678")
    typed = {"full_name": "Ana Lim", "phone": "+61 412 345 678"}
    answer = desk.post(URL, typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Ben Lim" in html
    assert f"/customers/{holder.pk}/" in html
    assert "They share this number" in html
    assert 'value="Ana Lim"' in html
    assert desk.post(URL, {**typed, "share_numbers": "on"}).status_code == 302
    assert Customer.objects.count() == 2


BAD = [
    ({"full_name": "Ana", "phone": "123"}, "too short"),
    ({"full_name": "Ana", "phone": "call me maybe"}, "phone"),
    ({"full_name": "", "phone": "0412 345 678"}, "required"),
    ({"full_name": "   ", "phone": "0412 345 678"}, "required"),
    ({"full_name": "x" * 300, "phone": "0412 345 678"}, "at most 200"),
    ({"full_name": "12345", "phone": "0412 345 678"}, "at least one letter"),
    ({"full_name": "Ana", "email": "ana.example.org"}, "has an @"),
    ({"full_name": "Ana"}, "Give a phone or an e-mail"),
    ({"full_name": "Ana\x00", "phone": "0412 345 678"}, "cannot be kept"),
    ({"full_name": "Ana", "phone": "0412\x00345678"}, "cannot be kept"),
    ({"full_name": "Ana", "email": "a\x00@example.org"}, "cannot be kept"),
    ({"full_name": "Ana", "phone": "0412 345 678", "birthday": "31/31/31"}, "such as 1990-05-17"),
    ({"full_name": "Ana", "phone": "0412 345 678", "birthday": "2190-01-01"}, "in the past"),
    ({"full_name": "Ana", "phone": "0412 345 678", "language": "klingon"}, "valid choice"),
    ({"full_name": "Ana", "phone": "0412 345 678", "tags": "x" * 61}, "at most 60"),
    ({"full_name": "Ana", "phone": "0412 345 678", "tags": ",".join(ascii_letters)}, "At most 20"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), BAD)
def test_bad_input(acme: World, desk: Client, typed: dict[str, str], said: str) -> None:
    answer = desk.post(URL, typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert Customer.objects.count() == 0
    for text in typed.values():
        assert text.replace("\x00", "\ufffd").strip() in html


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"full_name=Ana%ED%A0%80&phone=0412345678"),
        ("application/x-www-form-urlencoded", b"full_name=Ana%FF&phone=0412345678"),
        (
            "multipart/form-data; boundary=B",
            b'--B\r\nContent-Disposition: form-data; name="full_name"\r\n\r\nAna\xed\xa0\x80\r\n'
            b'--B\r\nContent-Disposition: form-data; name="phone"\r\n\r\n0412345678\r\n--B--\r\n',
        ),
    ],
)
def test_broken_bytes(acme: World, desk: Client, kind: str, body: bytes) -> None:
    answer = desk.post(URL, body, content_type=kind)
    assert answer.status_code == 422
    assert "cannot be kept" in answer.content.decode()
    assert Customer.objects.count() == 0


def test_a_failing_tag_leaves_nobody_behind(acme: World, desk: Client) -> None:
    typed = {"full_name": "Ana", "phone": "0412 345 678", "tags": "a\x07b"}
    assert desk.post(URL, typed).status_code == 422
    assert Customer.objects.count() == 0


def test_another_company_has_no_clash(acme: World, globex: World, client_of: SignIn) -> None:
    make_customer(acme.actor(), name="Ana de Souza", phone="+61412345678")
    stranger = client_of(globex.staff[Role.RECEPTIONIST])
    answer = stranger.post(URL, {"full_name": "Raj", "phone": "+61412345678"})
    assert answer.status_code == 302


def test_who_may_not(acme: World, client_of: SignIn, client: Client) -> None:
    assert client_of(acme.staff[Role.FINANCE]).get(URL).status_code == 403
    assert client.get(URL).status_code == 302


def test_the_form_says_what_it_is(acme: World, desk: Client) -> None:
    html = desk.get(URL).content.decode()
    assert desk.get(URL).status_code == 200
    for name in ("full_name", "phone", "email"):
        assert re.search(rf'<label[^>]*for="id_{name}"', html)
