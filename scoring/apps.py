"""Registers the app and what it does on events."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"

    def ready(self) -> None:
        from crm import outbox
        from customers.selectors.list_columns import register_list_column
        from customers.selectors.panels import register_panel
        from scoring import tasks
        from scoring.selectors.card_panel import engagement_panel
        from scoring.selectors.ranking import score_cells
        from scoring.services import (
            exchange_rates,
            membership,
            order_imports,
            rechecks,
            refresh,
            segments,
            waiting_orders,
        )

        for topic in waiting_orders.TOPICS:
            outbox.on(topic, waiting_orders.on_customer)
        outbox.on("rate.changed", exchange_rates.on_rate_changed)
        outbox.on(order_imports.TOPIC, tasks.on_import_waiting)
        outbox.on(refresh.ASKED, tasks.on_refresh_asked)
        outbox.on(segments.CHANGED, membership.on_segment_changed)
        for topic in rechecks.TOPICS:
            outbox.on(topic, rechecks.on_customers_changed)
        register_panel("engagement", "scoring/card_panel.html", engagement_panel)
        register_list_column("Score", "scoring/list_badge.html", score_cells)
