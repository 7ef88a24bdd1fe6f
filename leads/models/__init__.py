"""Enquiries: where they came from, who works on them, what became of them."""

from leads.models.lead import Lead, LeadStatus
from leads.models.lead_event import LeadEvent
from leads.models.lead_import import LeadImportLead
from leads.models.source import LeadSource

__all__ = ["Lead", "LeadEvent", "LeadImportLead", "LeadSource", "LeadStatus"]
