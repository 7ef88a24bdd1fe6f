"""What has changed, as other systems are told."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel


class ChangeEvent(TenantModel):
    """One line of the company's public stream: what happened to which record. Ids and codes only.

    It is written in the transaction of the change. `position` is given after the commit (SQL
    function stamp_change_events), because transactions commit in another order than their ids
    are taken: readers who have seen a position have seen all smaller ones.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "data": NoReference(why="Readers follow customer.merged."),
    }

    id = models.BigAutoField(primary_key=True)
    position = models.BigIntegerField(null=True, help_text="Its place in the company's stream.")
    type = models.CharField(max_length=64)
    customer_id = models.UUIDField(null=True)
    also_customer_ids = ArrayField(
        models.UUIDField(), default=list, help_text="Others whose later events must come after it."
    )
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "position"],
                condition=Q(position__isnull=False),
                name="change_event_position",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "id"],
                condition=Q(position__isnull=True),
                name="change_event_unstamped_idx",
            ),
            models.Index(fields=["company", "occurred_at"], name="change_event_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.type} #{self.pk}"
