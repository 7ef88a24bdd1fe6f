"""Where leads come from."""

from django.db import models

from crm.constraints import CompanyKey
from crm.models.tenant import TenantRecord


class SourceKind(models.TextChoices):
    """What sort of door the lead came through."""

    WALK_IN = "walk_in", "Walk-in"
    TELEPHONY = "telephony", "Phone call"
    META = "meta", "Meta lead ad"
    WEB_FORM = "web_form", "Web form"
    MANUAL = "manual", "Typed by staff"
    IMPORT = "import", "Import"


class LeadSource(TenantRecord):
    """A source and its sub-source; the pair is what the company counts (source systems S3.1)."""

    name = models.CharField(max_length=120)
    sub_source = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name", "sub_source", "id")
        constraints = [
            CompanyKey(name="source_company_id_key"),
            models.UniqueConstraint(
                fields=["company", "name", "sub_source"], name="source_name_in_company"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.sub_source}" if self.sub_source else self.name
