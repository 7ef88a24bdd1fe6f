"""Registers the app and what it does on events."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"

    def ready(self) -> None:
        from crm import outbox
        from scoring import tasks
        from scoring.services import refresh

        outbox.on(refresh.ASKED, tasks.on_refresh_asked)
