"""The append-only trail."""

from typing import ClassVar

from django.db import models

from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel

TRAIL = "The trail tells what was; nobody follows its ids but a timeline, which knows merges."


class AuditEvent(TenantModel):
    """Who did what, when, through which door, and what it was before and after.

    Rows are only ever inserted (grants and a trigger hold it). A trigger in the database chains
    each row to the one before it in its lane: `row_hash` covers the row and `previous_hash`.
    Lanes let transactions of one company write side by side (docs/locking.md).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "old": NoReference(why=TRAIL),
        "new": NoReference(why=TRAIL),
    }

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    door = models.CharField(max_length=16)
    actor_staff_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    lane = models.IntegerField()
    position = models.BigIntegerField()
    previous_hash = models.BinaryField()
    row_hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "lane", "position"], name="audit_position_in_lane"
            )
        ]
        indexes = [
            models.Index(
                fields=["company", "subject_type", "subject_id", "-id"], name="audit_subject_idx"
            ),
            models.Index(fields=["company", "-at", "-id"], name="audit_at_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
