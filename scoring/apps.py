"""Registers the app and what it does on events."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"

    def ready(self) -> None:
        from crm import outbox
        from scoring import tasks
        from scoring.services import membership, rechecks, refresh, segments

        outbox.on(refresh.ASKED, tasks.on_refresh_asked)
        outbox.on(segments.CHANGED, membership.on_segment_changed)
        for topic in rechecks.TOPICS:
            outbox.on(topic, rechecks.on_customers_changed)
