"""Background work of the scoring app."""

from collections.abc import Mapping
from typing import Any

from celery import shared_task

from crm.actors import Actor
from scoring.services.refresh import RefreshedView, refresh_if_due, refresh_view


@shared_task
def refresh_due_view(view: str) -> None:
    """Refresh a view where the night's 02:00 has passed since its last good refresh."""
    refresh_if_due(view=RefreshedView(view))


@shared_task
def refresh_asked_view(view: str) -> None:
    """Refresh a view now because somebody asked."""
    refresh_view(view=RefreshedView(view), asked_by="button")


def on_refresh_asked(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Hand the work on: a refresh needs transactions of its own, an event has one already.

    A broker that does not answer raises, and the outbox tries again.
    """
    refresh_asked_view.apply_async([payload["view"]], retry=False)
