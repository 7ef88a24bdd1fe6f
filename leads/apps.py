"""Registers the app, what it does on others' events, and what it shows of a customer."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """The leads app."""

    name = "leads"

    def ready(self) -> None:
        from crm import outbox
        from crm.roles import Action
        from customers.merging.settlers import register_settler, register_taking_back
        from customers.selectors.hit_extras import register_hit_extra
        from customers.selectors.panels import register_panel
        from customers.selectors.phone_leads import register_phone_leads
        from customers.selectors.timeline import register_timeline_source
        from customers.services.contact_import.kinds import register_kind
        from customers.services.customer_use import register_use
        from leads.exported import register_datasets
        from leads.public_events import register_public_events
        from leads.selectors.by_phone import leads_of_phone
        from leads.selectors.card_panel import card_panel
        from leads.selectors.search_hits import lead_extras
        from leads.selectors.timeline_source import lead_events
        from leads.services.lead_import import LEADS
        from leads.services.lead_use import with_leads
        from leads.services.merged_leads import EVENTS, OpenLeadSettler, take_back_events
        from leads.services.waiting_leads import on_customer_phone, on_lead_updated

        register_datasets()
        register_public_events()
        outbox.on("customer.created", on_customer_phone)
        outbox.on("customer.phone_added", on_customer_phone)
        outbox.on("customer.merged", on_customer_phone)
        outbox.on("lead.updated", on_lead_updated)
        register_settler("open_leads", OpenLeadSettler())
        register_taking_back(EVENTS, take_back_events)
        register_panel("leads", "leads/card_panel.html", card_panel)
        register_timeline_source("lead", lead_events, needs=Action.VIEW_LEAD)
        register_hit_extra(lead_extras)
        register_kind(LEADS)
        register_use(with_leads)
        register_phone_leads(leads_of_phone)
