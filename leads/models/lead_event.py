"""What happened to a lead."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import SameCompany
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel
from leads.models.lead import LeadStatus


class LeadEventKind(models.TextChoices):
    """What sort of thing happened."""

    CREATED = "created", "Created"
    WALK_IN_CREATED = "walk_in_created", "Walked in"
    WALK_IN_AGAIN = "walk_in_again", "Walked in again"
    STATUS_CHANGED = "status_changed", "Status changed"
    REOPENED = "reopened", "Reopened"
    ASSIGNED = "assigned", "Assigned"
    EDITED = "edited", "Edited"
    LINKED = "linked", "Linked to a customer"


WALK_IN_KINDS = (LeadEventKind.WALK_IN_CREATED, LeadEventKind.WALK_IN_AGAIN)


class LeadEvent(TenantModel):
    """One line of a lead's history; rows are only ever inserted (a grant holds it)."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "data": NoReference(why="What was changed, in words; linking names the method."),
    }

    id = models.BigAutoField(primary_key=True)
    lead = models.ForeignKey(
        "leads.Lead",
        on_delete=models.PROTECT,
        related_name="events",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=16, choices=LeadEventKind.choices)
    at = models.DateTimeField(default=timezone.now)
    old_status = models.CharField(max_length=12, choices=LeadStatus.choices, blank=True)
    new_status = models.CharField(max_length=12, choices=LeadStatus.choices, blank=True)
    attempt = models.PositiveIntegerField(null=True, blank=True)
    remarks = models.TextField(blank=True)
    by = models.ForeignKey(
        "crm.StaffMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    by_name = models.CharField(max_length=200)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="lead", to="leads.Lead", name="leadevent_lead_fk"),
            SameCompany(field="by", to="crm.StaffMember", name="leadevent_by_fk"),
        ]
        indexes = [
            models.Index(fields=["lead", "-at", "-id"], name="leadevent_lead_idx"),
            # The desk's “walk-ins today”: without it the start page reads every event ever.
            models.Index(
                fields=["company", "-at", "-id"],
                condition=Q(kind__in=WALK_IN_KINDS),
                name="leadevent_walk_ins_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
