"""Setting up endpoints: who may, what is refused, what is kept."""

from typing import Any
from uuid import uuid4

import pytest

from crm.actors import Actor
from crm.encryption import unseal
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, WebhookEndpoint, WebhookMessage
from crm.roles import Role
from crm.selectors.webhooks import get_endpoint, get_message, list_endpoints, list_messages
from crm.services import webhook_endpoints, webhook_replay
from crm.services.webhook_endpoints import (
    create_endpoint,
    edit_endpoint,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
)
from crm.services.webhook_fan_out import fan_out
from tests.crm.webhooks.conftest import make_endpoint, reload
from tests.factories.customers import make_customer
from tests.worlds import World

URL = "https://shop.example/hooks"


@pytest.fixture
def admin(acme: World) -> Actor:
    """Who may."""
    return acme.actor(Role.ADMIN)


def test_the_secret_is_sealed_and_told_once(acme: World, admin: Actor) -> None:
    endpoint, secret = make_endpoint(acme, URL)
    stored = reload(endpoint)
    assert unseal(bytes(stored.secret_sealed)) == secret
    assert secret.encode() not in bytes(stored.secret_sealed)
    trail = AuditEvent.objects.get(action="webhookendpoint.created")
    assert secret not in str(trail.new)
    assert trail.new == {"name": "The app", "url": URL, "event_types": ["*"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "http://shop.example/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://localhost\x00/"}, "url"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["customer.exploded"]}, "event_types"),
        ({"event_types": ["*.*"]}, "event_types"),
    ],
)
def test_what_is_refused(acme: World, admin: Actor, values: Any, field: str) -> None:
    endpoint, _ = make_endpoint(acme, URL)
    given = {"name": "Other", "url": URL, "event_types": ["*"]}
    with pytest.raises(InvalidInput) as refused:
        create_endpoint(actor=admin, **(given | values))
    assert field in refused.value.fields
    with pytest.raises(InvalidInput) as refused:
        edit_endpoint(actor=admin, endpoint_id=endpoint.pk, **values)
    assert field in refused.value.fields


def test_an_edit_changes_what_is_given(acme: World, admin: Actor) -> None:
    endpoint, _ = make_endpoint(acme, URL)
    edit_endpoint(actor=admin, endpoint_id=endpoint.pk, event_types=["lead.*", "lead.*"])
    edit_endpoint(actor=admin, endpoint_id=endpoint.pk, name="The app")
    stored = reload(endpoint)
    assert (stored.name, stored.url, stored.event_types) == ("The app", URL, ["lead.*"])
    assert AuditEvent.objects.filter(action="webhookendpoint.updated").count() == 1


def test_a_name_is_one_endpoints_until_that_is_removed(acme: World, admin: Actor) -> None:
    endpoint, _ = make_endpoint(acme, URL)
    with pytest.raises(Conflict) as refused:
        make_endpoint(acme, URL)
    assert refused.value.code == "name_taken"
    make_customer(acme.system())
    fan_out(endpoint.pk)
    remove_endpoint(actor=admin, endpoint_id=endpoint.pk)
    stored = reload(endpoint)
    assert (stored.state, bytes(stored.secret_sealed)) == ("removed", b"")
    assert WebhookMessage.objects.get().state == "failed"
    make_endpoint(acme, URL)
    assert len(list_endpoints(actor=admin)) == 1
    with pytest.raises(NotFound):
        get_endpoint(actor=admin, endpoint_id=endpoint.pk)


def test_there_is_an_upper_limit(
    acme: World, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_endpoints, "MOST_ENDPOINTS", 1)
    make_endpoint(acme, URL)
    with pytest.raises(Conflict) as refused:
        make_endpoint(acme, URL, name="Another")
    assert refused.value.code == "too_many"


def calls(endpoint: WebhookEndpoint, message: WebhookMessage) -> list[Any]:
    """Everything that names an endpoint or a message."""
    one, other = endpoint.pk, message.pk
    return [
        lambda actor: edit_endpoint(actor=actor, endpoint_id=one, name="Mine"),
        lambda actor: rotate_secret(actor=actor, endpoint_id=one),
        lambda actor: pause_endpoint(actor=actor, endpoint_id=one),
        lambda actor: resume_endpoint(actor=actor, endpoint_id=one),
        lambda actor: remove_endpoint(actor=actor, endpoint_id=one),
        lambda actor: get_endpoint(actor=actor, endpoint_id=one),
        lambda actor: list_messages(actor=actor, endpoint_id=one),
        lambda actor: get_message(actor=actor, message_id=other),
        lambda actor: webhook_replay.send_test(actor=actor, endpoint_id=one),
        lambda actor: webhook_replay.replay_message(actor=actor, message_id=other),
        lambda actor: webhook_replay.replay_events(
            actor=actor, endpoint_id=one, since=message.created_at
        ),
    ]


@pytest.fixture
def message(acme: World) -> WebhookMessage:
    """A message of ours."""
    endpoint, _ = make_endpoint(acme, URL)
    make_customer(acme.system())
    fan_out(endpoint.pk)
    return WebhookMessage.objects.select_related("endpoint").get()


def test_the_stranger_finds_nothing(acme: World, globex: World, message: WebhookMessage) -> None:
    with globex.inside():
        for call in calls(message.endpoint, message):
            with pytest.raises(NotFound):
                call(globex.actor(Role.ADMIN))
        assert list(list_endpoints(actor=globex.actor(Role.ADMIN))) == []
    assert reload(message.endpoint).name == "The app"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_admins_may(acme: World, message: WebhookMessage, role: Role) -> None:
    for call in calls(message.endpoint, message):
        with pytest.raises(Forbidden):
            call(acme.actor(role))
    with pytest.raises(Forbidden):
        create_endpoint(actor=acme.actor(role), name="Mine", url=URL)
    with pytest.raises(Forbidden):
        list_endpoints(actor=acme.actor(role))


def test_ids_that_nobody_has(acme: World, admin: Actor, message: WebhookMessage) -> None:
    message.endpoint.pk, message.pk = uuid4(), uuid4()
    for call in calls(message.endpoint, message):
        with pytest.raises(NotFound):
            call(admin)


def test_the_log_is_paged(acme: World, admin: Actor, message: WebhookMessage) -> None:
    for _ in range(2):
        make_customer(acme.system())
    fan_out(message.endpoint_id)
    page = list_messages(actor=admin, endpoint_id=message.endpoint_id, size=2)
    assert len(page.rows) == 2
    rest = list_messages(
        actor=admin, endpoint_id=message.endpoint_id, size=2, cursor=page.next_cursor
    )
    assert [row.pk for row in rest.rows] == [message.pk]
    found = list_messages(actor=admin, endpoint_id=message.endpoint_id, state="delivered")
    assert list(found.rows) == []
    with pytest.raises(InvalidInput):
        list_messages(actor=admin, endpoint_id=message.endpoint_id, state="lost")
