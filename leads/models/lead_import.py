"""Which leads an import of a file made."""

from django.db import models

from crm.constraints import SameCompany
from crm.models.tenant import TenantModel


class LeadImportLead(TenantModel):
    """A lead that an import made, so that undoing it can close the lead again."""

    id = models.BigAutoField(primary_key=True)
    contact_import = models.ForeignKey(
        "customers.ContactImport",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    lead = models.ForeignKey(
        "leads.Lead",
        on_delete=models.PROTECT,
        related_name="imported",
        db_constraint=False,
    )
    is_taken_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            SameCompany(
                field="contact_import", to="customers.ContactImport", name="leadimport_import_fk"
            ),
            SameCompany(field="lead", to="leads.Lead", name="leadimport_lead_fk"),
            models.UniqueConstraint(fields=["contact_import", "lead"], name="leadimport_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} by {self.contact_import_id}"
