"""Registers the app and what it does on events."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"

    def ready(self) -> None:
        from crm import outbox
        from crm.inbox import registry
        from crm.roles import Action
        from customers.merging.settlers import register_settler
        from customers.selectors.list_columns import register_list_column
        from customers.selectors.panels import register_panel
        from customers.selectors.timeline import register_timeline_source
        from customers.services.customer_use import register_use
        from scoring import tasks
        from scoring.exported import register_datasets
        from scoring.hooks.eventbrite import EventbriteHandler
        from scoring.public_events import register_public_events
        from scoring.selectors.card_panel import engagement_panel
        from scoring.selectors.ranking import score_cells
        from scoring.selectors.timeline_source import KIND, order_events
        from scoring.services import (
            exchange_rates,
            membership,
            merged_memberships,
            nightly_segments,
            order_imports,
            rechecks,
            refresh,
            rules,
            segments,
            ticket_accounts,
            waiting_orders,
        )
        from scoring.services.order_use import with_orders

        register_datasets()
        register_public_events()
        register_timeline_source(KIND, order_events, needs=Action.VIEW_ORDERS)
        for topic in waiting_orders.TOPICS:
            outbox.on(topic, waiting_orders.on_customer)
        outbox.on("rate.changed", exchange_rates.on_rate_changed)
        outbox.on(ticket_accounts.PULL_ASKED, tasks.on_pull_asked)
        registry.register(EventbriteHandler())
        outbox.on(order_imports.TOPIC, tasks.on_import_waiting)
        outbox.on(refresh.ASKED, tasks.on_refresh_asked)
        outbox.on(segments.CHANGED, membership.on_segment_changed)
        outbox.on(rules.ACTIVATED, nightly_segments.on_rules_activated)
        for topic in rechecks.TOPICS:
            outbox.on(topic, rechecks.on_customers_changed)
        register_settler("memberships", merged_memberships.MembershipSettler())
        register_panel("engagement", "scoring/card_panel.html", engagement_panel)
        register_use(with_orders)
        register_list_column("Score", "scoring/list_badge.html", score_cells)
