"""Work that a committed change owes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel


class OutboxEvent(TenantModel):
    """A fact written in the transaction of its change; handlers act on it after the commit.

    The table is the queue of record. Payloads hold ids, not personal data.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "payload": NoReference(why="Handlers look where a named record lives now."),
    }

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "due_at", "id"],
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
                name="outbox_due_idx",
            ),
            models.Index(fields=["company", "done_at"], name="outbox_done_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"
