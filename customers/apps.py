"""Registers the app and what it shows of a customer."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The customers app."""

    name = "customers"

    def ready(self) -> None:
        from customers.merging import checks  # noqa: F401 - registers the check
        from customers.selectors import timeline_sources
        from customers.selectors.timeline import register_timeline_source

        register_timeline_source("note", timeline_sources.notes)
        register_timeline_source("stage", timeline_sources.stages)
        register_timeline_source("consent", timeline_sources.consents)
        register_timeline_source("edit", timeline_sources.edits)
