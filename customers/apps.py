"""Registers the app and what it shows of a customer."""

from django.apps import AppConfig
from django.conf import settings


class CustomersConfig(AppConfig):
    """The customers app."""

    name = "customers"

    def ready(self) -> None:
        from crm import outbox
        from customers import tasks
        from customers.exported import register_datasets
        from customers.merging import (
            checks,  # noqa: F401 - registers the check
            consents,
            contact_points,
            decisions,
        )
        from customers.merging.settlers import register_settler, register_taking_back
        from customers.profile_links.channels import register_channel
        from customers.profile_links.console_channel import ConsoleChannel
        from customers.profile_links.webhook_channel import WebhookChannel
        from customers.public_events import register_public_events
        from customers.selectors import merge_timeline, timeline_sources
        from customers.selectors.household import household_panel
        from customers.selectors.panels import register_panel
        from customers.selectors.timeline import register_timeline_source
        from customers.services import (
            auto_merge,
            contact_imports,
            data_quality,
            duplicate_scan,
            link_codes,
        )
        from customers.services.contact_import.kinds import CUSTOMERS, register_kind

        register_datasets()
        register_public_events()
        register_settler("contact_points", contact_points.ContactPointSettler())
        register_settler("consents", consents.ConsentSettler())
        register_taking_back(consents.RELATION, consents.take_back)
        register_taking_back(decisions.RELATION, decisions.take_back)

        outbox.on(auto_merge.TOPIC, tasks.on_auto_merge_waiting)
        outbox.on("customer.unmerged", auto_merge.on_unmerged)
        outbox.on(link_codes.ASKED, link_codes.send_asked_code)
        register_channel("webhook", WebhookChannel())
        if settings.LINK_CODES_ON_CONSOLE:
            register_channel("console", ConsoleChannel())
        outbox.on(data_quality.COUNT_ASKED, tasks.on_count_asked)
        outbox.on(duplicate_scan.ASKED, tasks.on_scan_waiting)
        for topic in duplicate_scan.TOPICS:
            outbox.on(topic, duplicate_scan.on_customers_changed)
        register_kind(CUSTOMERS)
        outbox.on(contact_imports.TOPIC, tasks.on_import_waiting)
        register_panel("household", "customers/household_panel.html", household_panel)
        register_timeline_source("note", timeline_sources.notes)
        register_timeline_source("stage", timeline_sources.stages)
        register_timeline_source("consent", timeline_sources.consents)
        register_timeline_source("edit", timeline_sources.edits)
        register_timeline_source(merge_timeline.KIND, merge_timeline.merges)
