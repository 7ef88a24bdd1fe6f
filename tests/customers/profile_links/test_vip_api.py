"""The VIP endpoints over HTTP, as the club's app calls them."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from crm import outbox
from crm.roles import Role
from customers.models import Customer, ProfileLink
from customers.profile_links import channels as channel_registry
from customers.profile_links.channels import register_channel
from customers.services.code_channels import set_code_channel
from customers.services.edit import edit_customer
from customers.services.merge import merge_customers
from customers.services.profile_links import link_profile
from customers.services.removal import delete_customer
from tests.customers.profile_links.test_link_codes import Postbox
from tests.customers.profile_links.tokens import (
    line_token,
    put_together,
    supabase_token,
    trust_line,
    trust_supabase,
)
from tests.factories.api_clients import ApiClient, client_with_key
from tests.factories.customers import make_customer
from tests.worlds import World

PHONE = "+61412345678"
MINE = {"X_Profile_Token": supabase_token(phone=PHONE)}
UNPROVEN = {"X_Profile_Token": line_token()}


@pytest.fixture
def app(acme: World) -> ApiClient:
    trust_line(acme)
    trust_supabase(acme)
    return client_with_key(acme, ["vip:act"])


@pytest.fixture
def ana(acme: World) -> Customer:
    return make_customer(acme.system(), name="Ana Lim", phone=PHONE, email="ana@ex.org")


def body_of(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return json.loads(response.content)


def test_status_matches_and_tells_how(app: ApiClient, ana: Customer) -> None:
    told = body_of(app.get("vip/status", **MINE))
    assert (told["status"], told["dataSource"]) == ("linked_matched", "live")
    assert (told["customerId"], told["stableHashId"]) == (str(ana.pk), ana.stable_hash_id)
    assert (told["matchMethod"], told["matchConfidence"]) == ("phone_exact_match", 1.0)


def test_status_and_profile_show_the_same_through_everything(
    acme: World, app: ApiClient, ana: Customer
) -> None:
    """The seeds' worst fault: one page knew the member, the next did not."""

    def both() -> Any:
        status = body_of(app.get("vip/status", **MINE))
        profile = body_of(app.get("vip/profile", **MINE))
        assert {name: profile[name] for name in status} == status
        return profile

    assert both()["profile"]["name"] == "Ana Lim"
    edit_customer(
        actor=acme.actor(), customer_id=ana.pk, version=1, changes={"full_name": "Ana Roy"}
    )
    assert both()["profile"]["name"] == "Ana Roy"
    ben = make_customer(acme.system(), name="Ben Roy")
    merge_customers(actor=acme.system(), survivor_id=ben.pk, others=[ana.pk])
    assert both()["customerId"] == str(ben.pk)
    delete_customer(actor=acme.system(), customer_id=ben.pk, reason="entered twice")
    gone = both()
    assert (gone["status"], gone["profile"], gone["matchMethod"]) == (
        "linked_unmatched",
        None,
        None,
    )
    again = make_customer(acme.system(), name="Ana Again", phone=PHONE)
    assert both()["customerId"] == str(again.pk)


def test_an_unlinked_profile(app: ApiClient, ana: Customer) -> None:
    assert body_of(app.get("vip/status", **UNPROVEN))["status"] == "not_linked"
    assert body_of(app.get("vip/profile", **UNPROVEN))["profile"] is None
    refused = body_of(app.patch("vip/profile", {"city": "Rome"}, **UNPROVEN), 400)
    assert refused["code"] == "not_linked"


def test_linking_by_phone_and_code(
    acme: World, app: ApiClient, ana: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_registry, "_channels", {})
    box = Postbox()
    register_channel("postbox", box)
    set_code_channel(actor=acme.actor(Role.ADMIN), kind="postbox")
    answers = []
    for phone in (PHONE, "+61498765432"):
        answers.append(app.post("vip/link-account", {"phoneNumber": phone}, **UNPROVEN))
        outbox.drain(acme.company.pk)
    assert body_of(answers[0]) == {
        "result": "code_requested",
        "codeExpiresInSeconds": 600,
        "status": "not_linked",
    }
    assert answers[0].content == answers[1].content, "not told whether the number is known"
    wrong = body_of(app.post("vip/link-account", {"code": "12"}, **UNPROVEN), 400)
    assert wrong["code"] == "wrong_code"
    # The newest code asked for is nobody's; so ask again.
    app.post("vip/link-account", {"phoneNumber": PHONE}, **UNPROVEN)
    outbox.drain(acme.company.pk)
    told = body_of(app.post("vip/link-account", {"code": box.messages[-1].code}, **UNPROVEN))
    assert (told["result"], told["status"]) == ("linked", "linked_matched")
    again = body_of(app.post("vip/link-account", {"phoneNumber": PHONE}, **UNPROVEN))
    assert again["result"] == "already_linked"
    status = body_of(app.get("vip/status", **UNPROVEN))
    assert (status["customerId"], status["matchMethod"]) == (str(ana.pk), "one_time_code")


def test_wrong_codes_count_over_http(
    acme: World, app: ApiClient, ana: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_registry, "_channels", {})
    register_channel("postbox", Postbox())
    set_code_channel(actor=acme.actor(Role.ADMIN), kind="postbox")
    app.post("vip/link-account", {"phoneNumber": PHONE}, **UNPROVEN)
    for _ in range(5):
        body_of(app.post("vip/link-account", {"code": "x"}, **UNPROVEN), 400)
    stopped = app.post("vip/link-account", {"code": "x"}, **UNPROVEN)
    assert body_of(stopped, 429)["code"] == "too_many_tries"
    assert stopped.headers["Retry-After"] == "900"


def test_linking_without_anything(app: ApiClient) -> None:
    told = body_of(app.post("vip/link-account", {}, **UNPROVEN), 400)
    assert told["errors"][0]["field"] == "phoneNumber"
    told = body_of(app.post("vip/link-account", {"phoneNumber": PHONE}, **UNPROVEN), 503)
    assert told["code"] == "no_code_channel"


def test_editing_ones_own(app: ApiClient, ana: Customer) -> None:
    changes = {"name": "Ana Roy", "city": "Bangkok", "email": "new@ex.org", "marketingOptIn": True}
    told = body_of(app.patch("vip/profile", changes, **MINE))["profile"]
    assert {name: told[name] for name in changes} == changes
    assert told["marketing"]["source"] == "vip_profile"
    assert told["marketing"]["changedAt"].endswith("Z")
    assert told["phoneNumber"] == PHONE
    lowered = body_of(app.patch("vip/profile", {"marketingOptIn": False}, **MINE))["profile"]
    assert lowered["marketingOptIn"] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phoneNumber", "+61400000000"),
        ("customerId", "x"),
        ("name", ""),
        ("name", 7),
        ("email", "no address"),
        ("birthday", "2999-01-01"),
        ("preferredContact", "pigeon"),
        ("marketingOptIn", "yes"),
        ("city", "x" * 121),
        ("city", None),
    ],
)
def test_what_cannot_be_changed(app: ApiClient, ana: Customer, field: str, value: object) -> None:
    told = body_of(app.patch("vip/profile", {field: value}, **MINE), 400)
    assert told["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "token",
    [
        "",
        "hello",
        supabase_token(exp=int(time.time()) - 3600),
        supabase_token(aud="another project"),
        supabase_token(iss="https://evil.example"),
        put_together({"alg": "none"}, {"iss": "https://access.line.me", "sub": "U1"}),
    ],
)
def test_nobody_is_signed_in(app: ApiClient, ana: Customer, token: str) -> None:
    for call in (
        lambda: app.get("vip/status", X_Profile_Token=token),
        lambda: app.get("vip/profile", X_Profile_Token=token),
        lambda: app.patch("vip/profile", {"city": "Rome"}, X_Profile_Token=token),
        lambda: app.post("vip/link-account", {"phoneNumber": PHONE}, X_Profile_Token=token),
    ):
        assert body_of(call(), 401)["code"] == "invalid_profile_token"
    assert not ProfileLink.objects.exists()


def test_guests(app: ApiClient, ana: Customer) -> None:
    guest = {"X_Profile_Token": supabase_token(is_anonymous=True, phone=PHONE)}
    for path in ("vip/status", "vip/profile"):
        assert body_of(app.get(path, **guest), 403)["code"] == "GUEST_SESSION_NOT_ELIGIBLE"


def test_keys(acme: World, globex: World, app: ApiClient, ana: Customer) -> None:
    other = client_with_key(acme, ["customers:read"])
    assert body_of(other.get("vip/status", **MINE), 403)["code"] == "insufficient_scope"
    stranger = client_with_key(globex, ["vip:act"])
    assert body_of(stranger.get("vip/status", **MINE), 401)["code"] == "invalid_profile_token"
    with globex.inside():
        trust_supabase(globex)
    assert body_of(stranger.get("vip/status", **MINE))["status"] == "not_linked"
    # The key opens nothing but what the profile may.
    assert app.get("branches").status_code == 403


def test_it_costs_what_it_costs(
    acme: World,
    app: ApiClient,
    ana: Customer,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    link_profile(actor=acme.system(), provider="line", profile_id="U4af4980629", customer_id=ana.pk)
    app.get("vip/status", **UNPROVEN)
    # Its own three: key and company, issuer, customer. Besides: savepoints and the test's company.
    with django_assert_num_queries(9):
        app.get("vip/status", **UNPROVEN)
    with django_assert_num_queries(10):  # what they agreed to
        app.get("vip/profile", **UNPROVEN)
