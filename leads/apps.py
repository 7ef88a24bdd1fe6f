"""Registers the app."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """The leads app."""

    name = "leads"

    def ready(self) -> None:
        from crm import outbox
        from leads.services.waiting_leads import on_customer_phone, on_lead_updated

        outbox.on("customer.created", on_customer_phone)
        outbox.on("customer.phone_added", on_customer_phone)
        outbox.on("lead.updated", on_lead_updated)
