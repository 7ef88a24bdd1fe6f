"""Admins decide about profiles, whose tokens count, and how codes go out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from customers.models import LinkCodeChannel, ProfileLink, TrustedIssuer
from customers.services.profile_links import link_profile
from tests.customers.profile_links.tokens import PUBLIC_JWK, SECRET, trust_line
from tests.factories.customers import make_customer
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
ISSUER = {
    "name": "LINE",
    "provider": "line",
    "issuer": "https://access.line.me",
    "audience": "1234567890",
    "algorithm": "HS256",
    "jwks": "",
    "is_active": "on",
}


@pytest.fixture
def admin(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.ADMIN])


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_deciding_whose_a_profile_is(acme: World, admin: Client) -> None:
    ana, ben = (make_customer(acme.system(), name=name) for name in ("Ana Lim", "Ben Roy"))
    link = link_profile(actor=acme.system(), provider="line", profile_id="U1", customer_id=ana.pk)

    def post(what: str, **typed: str) -> str:
        return said(
            admin.post(reverse(f"admin:customers_profilelink_{what}", args=[link.pk]), typed)
        )

    assert "no customer with this code" in post("link", code="CUS-999999")
    assert "is linked" in post("link", code=ben.code.lower(), reason="twins")
    assert "Say why" in post("unlink", reason="")
    assert "is unlinked" in post("unlink", reason="not his")
    page = admin.get(reverse("admin:customers_profilelink_change", args=[link.pk]))
    assert "matched by itself" in page.content.decode()
    assert "may be matched" in post("release")
    link.refresh_from_db()
    assert (link.customer, link.decided_by_human) == (None, False)
    listed = admin.get(reverse("admin:customers_profilelink_changelist") + "?linked=no")
    assert "U1" in listed.content.decode()


def test_trusting_an_issuer(acme: World, admin: Client) -> None:
    url = reverse("admin:customers_trustedissuer_add")
    refused = admin.post(url, {**ISSUER, "secret": ""}).content.decode()
    assert "Enter the secret" in refused
    assert admin.post(url, {**ISSUER, "secret": SECRET}).status_code == 302
    issuer = TrustedIssuer.objects.get()
    assert SECRET.encode() not in bytes(issuer.secret_sealed or b"")
    change = reverse("admin:customers_trustedissuer_change", args=[issuer.pk])
    assert SECRET not in admin.get(change).content.decode()
    assert admin.post(change, {**ISSUER, "name": "LINE app", "secret": ""}).status_code == 302
    issuer.refresh_from_db()
    assert (issuer.name, issuer.secret_sealed is not None) == ("LINE app", True)
    assert AuditEvent.objects.get(action="trustedissuer.updated").old == {"name": "LINE"}
    again = admin.post(url, {**ISSUER, "jwks": f'{{"keys": [{PUBLIC_JWK!r}]}}', "secret": SECRET})
    assert again.status_code == 200


def test_the_same_issuer_twice(acme: World, admin: Client) -> None:
    trust_line(acme)
    url = reverse("admin:customers_trustedissuer_add")
    answer = admin.post(url, {**ISSUER, "secret": SECRET})
    assert answer.status_code in (200, 302)
    assert TrustedIssuer.objects.count() == 1


def test_choosing_how_codes_go_out(acme: World, admin: Client) -> None:
    url = reverse("admin:customers_linkcodechannel_add")
    typed = {"kind": "webhook", "url": "https://sms.example/codes", "is_active": "on"}
    assert "shown only now: whsec_" in said(admin.post(url, typed))
    row = LinkCodeChannel.objects.get()
    change = reverse("admin:customers_linkcodechannel_change", args=[row.pk])
    told = said(admin.post(change, {**typed, "url": "https://sms.example/2"}))
    assert told.count("whsec_") == 1, "the first message, which nobody has read yet"
    assert "private network" in said(admin.post(change, {**typed, "url": "https://10.0.0.1/"}))
    row.refresh_from_db()
    assert row.url == "https://sms.example/2"
    assert admin.get(url).status_code == 302, "one a company"


def test_strangers(acme: World, globex: World, client_of: SignIn) -> None:
    ana = make_customer(acme.system())
    link = link_profile(actor=acme.system(), provider="line", profile_id="U1", customer_id=ana.pk)
    stranger = client_of(globex.staff[Role.ADMIN])
    for what in ("link", "unlink", "release"):
        url = reverse(f"admin:customers_profilelink_{what}", args=[link.pk])
        typed = {"code": ana.code, "reason": "x"}
        answer = stranger.post(url, typed)
        assert answer.status_code == 404 or "no customer" in said(answer)
    assert ProfileLink.objects.get().customer == ana
