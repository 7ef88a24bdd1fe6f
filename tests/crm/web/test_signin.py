"""Signing in, staying in, being sent out."""

import re
import time
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from crm.web.session_timeout import LAST_SEEN
from tests.worlds import PASSWORD, World

SignIn = Callable[[StaffMember], Client]
EMAIL = "receptionist@acme.example"


@pytest.fixture(autouse=True)
def _fresh_counters(broker: None) -> None:
    cache.clear()


def sign_in(client: Client, password: str = PASSWORD, email: str = EMAIL):  # type: ignore[no-untyped-def]
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_the_right_password_opens_the_home_page(acme: World) -> None:
    client = Client()
    response = sign_in(client)
    assert (response.status_code, response.url) == (302, reverse("home"))
    assert client.get(reverse("home")).status_code == 200


def test_the_e_mail_is_not_case_sensitive(acme: World) -> None:
    assert sign_in(Client(), email=EMAIL.upper()).status_code == 302


def test_a_wrong_password_is_said_without_telling_who_exists(acme: World) -> None:
    known = sign_in(Client(), password="wrong password")
    unknown = sign_in(Client(), email="nobody@acme.example")
    assert known.status_code == unknown.status_code == 200
    errors = [response.context["form"].non_field_errors() for response in (known, unknown)]
    assert errors[0] == errors[1]
    assert len(errors[0]) == 1


def test_the_sixth_failure_is_throttled_even_with_the_right_password(acme: World) -> None:
    for _ in range(5):
        sign_in(Client(), password="wrong password")
    response = sign_in(Client())
    assert response.status_code in (200, 429)
    assert "Too many" in response.content.decode()


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_an_e_mail_is_called_so_everywhere(db: None, name: str) -> None:
    html = Client().get(reverse(name)).content.decode()
    assert ">E-mail<" in html
    assert "Email" not in html


def test_visitors_are_sent_to_sign_in_and_back(acme: World) -> None:
    response = Client().get(reverse("customers:list"))
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={reverse('customers:list')}"


def test_nobody_signs_up(acme: World) -> None:
    form = {"email": "x@y.example", "password1": PASSWORD}
    for name in ("account_signup", "account_email"):
        assert Client().get(reverse(name)).status_code == 404
        assert Client().post(reverse(name), form).status_code == 404


def test_idle_for_half_an_hour_signs_out(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.RECEPTIONIST])
    client.get(reverse("home"))
    session = client.session
    session[LAST_SEEN] = int(time.time()) - 29 * 60
    session.save()
    assert client.get(reverse("home")).status_code == 200
    session = client.session
    session[LAST_SEEN] = int(time.time()) - 31 * 60
    session.save()
    response = client.get(reverse("home"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "sign in again" in response.content.decode()


def test_a_deactivated_person_is_out_at_once(acme: World, client_of: SignIn) -> None:
    staff = acme.staff[Role.RECEPTIONIST]
    client = client_of(staff)
    assert client.get(reverse("home")).status_code == 200
    staff.is_active = False
    staff.save()
    assert client.get(reverse("home")).status_code == 302


def test_signing_out_takes_a_post(acme: World, client_of: SignIn) -> None:
    client = client_of(acme.staff[Role.RECEPTIONIST])
    client.get(reverse("account_logout"))
    assert client.get(reverse("home")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("home")).status_code == 302


def test_a_forgotten_password_is_reset_by_mail(acme: World) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": EMAIL})
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    link = re.search(r"https?://\S+", mail.outbox[0].body)
    assert link is not None
    page = client.get(link.group(), follow=True)
    form_url = page.redirect_chain[-1][0]
    new = "an even longer password"
    client.post(form_url, {"password1": new, "password2": new})
    assert sign_in(Client(), password=new).status_code == 302


def test_a_reset_for_a_stranger_says_the_same_and_sends_nothing_useful(acme: World) -> None:
    known = Client().post(reverse("account_reset_password"), {"email": EMAIL})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@x.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_the_second_factor_pages_open(acme: World, client_of: SignIn) -> None:
    client = Client()
    sign_in(client)
    assert client.get(reverse("mfa_index")).status_code == 200
    asked_again = client.get(reverse("mfa_activate_totp"))
    assert asked_again.url.startswith(reverse("account_reauthenticate"))
    opened = client.post(asked_again.url, {"password": PASSWORD}, follow=True)
    assert opened.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert opened.status_code == 200


def test_answers_carry_a_strict_policy(acme: World) -> None:
    response = Client().get(reverse("account_login"))
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
