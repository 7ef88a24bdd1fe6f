"""Answers kept for requests that may be sent again."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel

KEPT = timedelta(hours=24)


class IdempotentRequest(TenantModel):
    """What a POST with an Idempotency-Key was answered, for the next 24 hours.

    The row is written in the transaction of the change: there is an answer if and only if the
    change happened.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "headers": NoReference(why="Headers of an answer, kept as they were."),
    }

    id = models.BigAutoField(primary_key=True)
    api_key = models.ForeignKey(
        "crm.ApiKey", on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)  # SHA-256 of method, path, query and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            SameCompany(field="api_key", to="crm.ApiKey", name="idempotent_request_key_fk"),
            models.UniqueConstraint(
                fields=["company", "api_key", "key"], name="idempotent_request_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_request_age_idx")]

    def __str__(self) -> str:
        return f"{self.api_key_id}: {self.status}"
