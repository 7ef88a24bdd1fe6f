"""Registers the kind."""

from django.apps import AppConfig


class InboxAppConfig(AppConfig):
    """Loaded by tests/flows/inbox_settings.py."""

    name = "tests.flows.inbox_app"

    def ready(self) -> None:
        from crm.inbox import registry
        from tests.flows.inbox_app.gated import GatedHandler

        registry.register(GatedHandler())
