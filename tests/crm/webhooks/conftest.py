"""A receiver, and endpoints that send to it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from crm.models import WebhookEndpoint, WebhookMessage
from crm.roles import Role
from crm.services.webhook_endpoints import create_endpoint
from crm.services.webhook_fan_out import fan_out
from crm.services.webhook_sending import send_next
from tests.webhook_receiver import Receiver
from tests.worlds import World


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Answers 204 to all, unless the test says otherwise."""
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    receiver = Receiver()
    yield receiver
    receiver.stop()


def make_endpoint(
    world: World, url: str, *event_types: str, name: str = "The app"
) -> tuple[WebhookEndpoint, str]:
    """An endpoint of this company with its secret."""
    return create_endpoint(
        actor=world.actor(Role.ADMIN), name=name, url=url, event_types=event_types or ("*",)
    )


def deliver(endpoint: WebhookEndpoint, *, most: int = 100) -> int:
    """Make the messages and send what is due; how many attempts that were."""
    while fan_out(endpoint.pk):
        pass
    sent = 0
    while sent < most and send_next(endpoint.company_id, endpoint.pk):
        sent += 1
    return sent


def wait_for_retries(endpoint: WebhookEndpoint) -> None:
    """As if the pauses until the next attempts were over."""
    earlier = timezone.now() - timedelta(hours=1)
    WebhookMessage.objects.filter(endpoint=endpoint, claim=None).update(next_at=earlier)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(slow_until=None)


def reload(record: Any) -> Any:
    """The record as it is stored now."""
    return type(record).objects.get(pk=record.pk)
