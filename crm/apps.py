"""Registers the foundation and wires what must not be imported upwards."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CrmConfig(AppConfig):
    """Foundation and front door."""

    name = "crm"
    verbose_name = "Company and staff"

    def ready(self) -> None:
        from crm import checks, outbox, tasks  # noqa: F401 - checks register themselves
        from crm.exported import register_datasets
        from crm.inbox import registry
        from crm.inbox.capture import CaptureHandler
        from crm.services import exports, webhook_notices
        from crm.services.inbound_receiving import TOPIC
        from crm.tenancy import refuse_bypassing_role

        connection_created.connect(refuse_bypassing_role, dispatch_uid="refuse_bypassing_role")
        outbox.set_bell(tasks.ring)
        outbox.on(TOPIC, tasks.on_inbox_received)
        outbox.on("webhook.stopped", webhook_notices.on_stopped)
        registry.register(CaptureHandler())
        outbox.on(exports.TOPIC, tasks.on_export_waiting)
        register_datasets()
