"""Another system that sends us things."""

import secrets
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantRecord

DIGEST_BYTES = 32  # SHA-256
MOST_BODY_BYTES = 5 * 1024 * 1024


def new_key() -> str:
    """A source's name in its URL. It is not secret, only hard to mix up."""
    return secrets.token_hex(8)


class InboundSource(TenantRecord):
    """Who may send to `/hooks/<key>/<secret>/`, and how much.

    The path secret is kept as a digest: a sender only has to show it. Signing secrets are needed
    in clear to check signatures, so they are kept sealed (crm/encryption.py). Of both there may be
    two at a time, so that a rotation loses nothing.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "settings": NoReference(why="How the source is read."),
    }

    key = models.CharField(max_length=32, unique=True, editable=False, default=new_key)
    kind = models.CharField(
        max_length=40, help_text="What sends here; it decides how deliveries are read."
    )
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(
        default=True, help_text="An inactive source answers as if it did not exist."
    )
    secret_digest = models.BinaryField(max_length=DIGEST_BYTES, editable=False)
    previous_secret_digest = models.BinaryField(max_length=DIGEST_BYTES, null=True, editable=False)
    previous_secret_until = models.DateTimeField(
        "old address works until", null=True, editable=False
    )
    signing_secret_sealed = models.BinaryField(null=True, editable=False)
    previous_signing_secret_sealed = models.BinaryField(null=True, editable=False)
    settings = models.JSONField(
        default=dict, blank=True, help_text="What this kind of source needs to know, as JSON."
    )
    retention_days = models.PositiveIntegerField(
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text="Handled deliveries are removed after so many days; dead ones stay.",
    )
    max_body_bytes = models.PositiveIntegerField(
        default=1024 * 1024,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_BODY_BYTES)],
        help_text="A larger body is refused (413).",
    )
    requests_per_minute = models.PositiveIntegerField(
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text="More are asked to come back later (429).",
    )

    class Meta:
        ordering = ("name", "id")
        constraints = [
            CompanyKey(name="inbound_source_company_id_key"),
            models.UniqueConstraint(
                fields=["company", "name"], name="inbound_source_name_in_company"
            ),
            models.CheckConstraint(
                condition=Q(previous_secret_digest__isnull=True, previous_secret_until__isnull=True)
                | Q(previous_secret_digest__isnull=False, previous_secret_until__isnull=False),
                name="inbound_source_previous_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(retention_days__range=(1, 3650))
                & Q(max_body_bytes__range=(1, MOST_BODY_BYTES))
                & Q(requests_per_minute__range=(1, 100_000)),
                name="inbound_source_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.name
