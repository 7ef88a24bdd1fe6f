"""Webhooks in the Django admin, and the notice on the start page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.admin.webhook_forms import MOMENT
from crm.encryption import unseal
from crm.models import EndpointState, StaffMember, WebhookEndpoint, WebhookMessage
from crm.roles import Role
from crm.services.webhook_endpoints import pause_endpoint
from crm.services.webhook_fan_out import fan_out
from tests.crm.webhooks.conftest import deliver, make_endpoint, reload
from tests.factories.customers import make_customer
from tests.webhook_receiver import Receiver, Reply
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
ADD = "admin:crm_webhookendpoint_add"
LIST = "admin:crm_webhookendpoint_changelist"
LOG = "admin:crm_webhookmessage_changelist"
FORM = {"name": "The app", "url": "https://shop.example/", "event_types": ["customer.*", "*"]}
ACTIONS = ("rotate", "test", "pause", "resume", "replay", "remove")


@pytest.fixture
def admin(acme: World, client_of: SignIn) -> Client:
    """Acme's admin at the keyboard."""
    return client_of(acme.staff[Role.ADMIN])


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def press(client: Client, endpoint: WebhookEndpoint, button: str, **values: str) -> Any:
    """A button of the endpoint's page."""
    address = reverse(f"admin:crm_webhookendpoint_{button}", args=[endpoint.pk])
    return client.post(address, values, follow=True)


def test_the_secret_is_shown_once(admin: Client) -> None:
    assert b"customer.merged" in admin.get(reverse(ADD)).content
    answer = admin.post(reverse(ADD), {**FORM, "_continue": "1"}, follow=True)
    endpoint = WebhookEndpoint.objects.get()
    secret = unseal(bytes(endpoint.secret_sealed))
    assert secret in said(answer)
    page = admin.get(reverse("admin:crm_webhookendpoint_change", args=[endpoint.pk]))
    assert secret not in page.content.decode()
    assert endpoint.event_types == ["customer.*", "*"]

    press(admin, endpoint, "rotate")
    assert reload(endpoint).previous_secret_until is not None
    answer = press(admin, endpoint, "rotate", at_once="1")
    endpoint = reload(endpoint)
    assert unseal(bytes(endpoint.secret_sealed)) in said(answer)
    assert endpoint.previous_secret_sealed is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"url": "https://10.0.0.1/"}, "private network"),
        ({"url": "http://shop.example/"}, "https://"),
        ({"event_types": []}, "Choose at least one event"),
        ({"event_types": ["customer.exploded"]}, "not one of the available choices"),
        ({"name": ""}, "required"),
    ],
)
def test_a_bad_endpoint_is_refused_at_its_field(
    admin: Client, values: dict[str, Any], message: str
) -> None:
    answer = admin.post(reverse(ADD), {**FORM, **values})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_edited_and_its_name_is_its_own(acme: World, admin: Client) -> None:
    make_endpoint(acme, "https://shop.example/", name="Taken")
    endpoint, _ = make_endpoint(acme, "https://shop.example/")
    page = reverse("admin:crm_webhookendpoint_change", args=[endpoint.pk])
    admin.post(page, {**FORM, "event_types": ["lead.*"]})
    assert reload(endpoint).event_types == ["lead.*"]
    answer = admin.post(page, {**FORM, "name": "Taken"}, follow=True)
    assert "Another endpoint has this name" in answer.content.decode() or said(answer)
    assert reload(endpoint).name == "The app"


def test_the_log_tells_what_came_back(acme: World, admin: Client, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    receiver.reply = lambda _: Reply(status=422, body=b"<b>no such shop</b>")
    deliver(endpoint)
    message = WebhookMessage.objects.get()
    listed = admin.get(reverse(LOG), {"endpoint__id__exact": str(endpoint.pk)}).content.decode()
    assert "customer.created" in listed
    page = admin.get(reverse("admin:crm_webhookmessage_change", args=[message.pk]))
    html = page.content.decode()
    assert "It answered 422." in html
    assert "&lt;b&gt;no such shop&lt;/b&gt;" in html
    assert message.webhook_id in html

    receiver.reply = lambda _: Reply()
    again = reverse("admin:crm_webhookmessage_replay", args=[message.pk])
    assert "sent again" in said(admin.post(again, follow=True))
    assert deliver(endpoint) == 1
    assert reload(message).state == "delivered"


def test_test_pause_resume_remove(acme: World, admin: Client, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    answer = press(admin, endpoint, "test")
    assert "test.ping" in answer.content.decode()
    press(admin, endpoint, "pause")
    assert reload(endpoint).state == EndpointState.PAUSED
    assert "is paused" in said(admin.get(reverse(LIST)))
    make_customer(acme.system())
    press(admin, endpoint, "resume", skip="1")
    assert reload(endpoint).state == EndpointState.ACTIVE
    assert deliver(endpoint) == 0
    press(admin, endpoint, "remove")
    assert reload(endpoint).state == EndpointState.REMOVED
    page = reverse("admin:crm_webhookendpoint_change", args=[endpoint.pk])
    assert admin.get(page).status_code == 302


def test_events_of_a_time_are_sent_again(acme: World, admin: Client, receiver: Receiver) -> None:
    endpoint, _ = make_endpoint(acme, receiver.url)
    make_customer(acme.system())
    assert deliver(endpoint) == 1
    local = timezone.now().astimezone(acme.company.zone)
    since = (local - timedelta(hours=1)).strftime(MOMENT)
    assert "1 are sent again" in said(press(admin, endpoint, "replay", since=since))
    assert deliver(endpoint) == 1
    backwards = press(admin, endpoint, "replay", since=since, until=since)
    assert "not after the beginning" in said(backwards)
    assert "Enter the first moment" in said(press(admin, endpoint, "replay", since="yesterday"))


def test_strangers_and_other_roles(
    acme: World, globex: World, admin: Client, client_of: SignIn
) -> None:
    endpoint, _ = make_endpoint(acme, "https://shop.example/")
    make_customer(acme.system())
    fan_out(endpoint.pk)
    message = WebhookMessage.objects.get()
    paths = [
        reverse(f"admin:crm_webhookendpoint_{name}", args=[endpoint.pk]) for name in ACTIONS
    ] + [reverse("admin:crm_webhookmessage_replay", args=[message.pk])]
    stranger = client_of(globex.staff[Role.ADMIN])
    manager = client_of(acme.staff[Role.MANAGER])
    for path in paths:
        assert admin.get(path).status_code == 405
        assert stranger.post(path, {"since": "2026-01-01T00:00"}).status_code == 404
        assert manager.post(path).status_code in (302, 403)
    for page in (reverse(LIST), reverse(LOG)):
        assert "The app" not in stranger.get(page).content.decode()
        assert manager.get(page).status_code in (302, 403)
    assert reload(endpoint).state == EndpointState.ACTIVE


def test_the_start_page_tells_admins_and_nobody_else(
    acme: World, admin: Client, client_of: SignIn
) -> None:
    endpoint, _ = make_endpoint(acme, "https://shop.example/")
    assert "told of nothing" not in admin.get("/").content.decode()
    pause_endpoint(actor=acme.actor(Role.ADMIN), endpoint_id=endpoint.pk)
    assert "“The app” is told of nothing" in admin.get("/").content.decode()
    manager = client_of(acme.staff[Role.MANAGER])
    assert "told of nothing" not in manager.get("/").content.decode()


def test_the_log_costs_the_same_however_long(acme: World, admin: Client) -> None:
    endpoint, _ = make_endpoint(acme, "https://shop.example/")

    def cost() -> int:
        for _ in range(3):
            make_customer(acme.system())
        fan_out(endpoint.pk)
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(reverse(LOG)).status_code == 200
        return len(queries)

    cost()
    assert cost() == cost()
