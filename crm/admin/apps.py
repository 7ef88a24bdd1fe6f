"""The admin site's registration."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class SwitchboardAdminConfig(AdminConfig):
    """Django's admin with our site: roles decide who comes in."""

    default_site = "crm.admin.site.SwitchboardAdminSite"

    def ready(self) -> None:
        super().ready()
        # This package is imported before the models are: its pages register themselves now.
        for name in (
            *("companies", "staff", "api_keys", "inbound_sources", "deliveries"),
            *("webhook_endpoints", "webhook_messages", "change_events", "export_jobs", "trail"),
        ):
            import_module(f"crm.admin.{name}")
