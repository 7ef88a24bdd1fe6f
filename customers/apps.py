"""Registers the app and what it shows of a customer."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The customers app."""

    name = "customers"

    def ready(self) -> None:
        from customers.merging import (
            checks,  # noqa: F401 - registers the check
            consents,
            contact_points,
            decisions,
        )
        from customers.merging.settlers import register_settler, register_taking_back
        from customers.selectors import merge_timeline, timeline_sources
        from customers.selectors.timeline import register_timeline_source

        register_settler("contact_points", contact_points.ContactPointSettler())
        register_settler("consents", consents.ConsentSettler())
        register_taking_back(consents.RELATION, consents.take_back)
        register_taking_back(decisions.RELATION, decisions.take_back)

        register_timeline_source("note", timeline_sources.notes)
        register_timeline_source("stage", timeline_sources.stages)
        register_timeline_source("consent", timeline_sources.consents)
        register_timeline_source("edit", timeline_sources.edits)
        register_timeline_source(merge_timeline.KIND, merge_timeline.merges)
