"""Which tables of leads are in the export of everything."""

from crm.exports.datasets import Dataset, leave_out, register
from leads.models import Lead, LeadEvent, LeadSource


def register_datasets() -> None:
    """Called in `AppConfig.ready()`."""
    register(
        Dataset(name="lead_sources", model=LeadSource, about="Where leads come from."),
        Dataset(
            name="leads",
            model=Lead,
            about="Enquiries, with the contact data as it came.",
            meanings={"raw": "What the source sent."},
        ),
        Dataset(
            name="lead_events",
            model=LeadEvent,
            about="The history of leads: one line for each thing that happened.",
            of_person=("lead__customer_id",),
        ),
    )
    leave_out({"leads.LeadImportLead": "Which leads an import of a file made; they are in leads."})
