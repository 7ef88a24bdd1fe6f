"""Whose id tokens a company believes."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from crm.merging import NoReference, Policy
from crm.models.tenant import TenantRecord


class TokenAlgorithm(models.TextChoices):
    """How an issuer signs. One issuer has one: a token may not choose."""

    HS256 = "HS256", "HS256 (a shared secret)"
    ES256 = "ES256", "ES256 (public keys)"


class TrustedIssuer(TenantRecord):
    """A sign-in service (LINE, Supabase, another OpenID provider) and the key to check its tokens.

    The secret is needed in clear to check signatures, so it is kept sealed (crm/encryption.py).
    `trusts_*` say that this service has proven an address before it writes it into a token; without
    them only a token that says “verified” itself is believed.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "jwks": NoReference(why="Public keys of another system."),
    }

    name = models.CharField(max_length=120)
    provider = models.CharField(
        max_length=40,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_-]*$", "Small letters, digits, - and _, such as line.")
        ],
        help_text="The first half of a profile's name, such as line or supabase. Issuers of one "
        "provider share their profiles.",
    )
    issuer = models.CharField(max_length=300, help_text="The iss of its tokens, letter by letter.")
    audience = models.CharField(
        max_length=300, help_text="The aud of its tokens: the channel or project they are made for."
    )
    algorithm = models.CharField(max_length=5, choices=TokenAlgorithm.choices)
    secret_sealed = models.BinaryField(null=True, editable=False)
    jwks = models.JSONField(
        "public keys", null=True, blank=True, help_text="Only for ES256: the issuer's JWKS, pasted."
    )
    trusts_phone = models.BooleanField(
        "has proven phones",
        default=False,
        help_text="It sends a code to a phone before the phone stands in a token.",
    )
    trusts_email = models.BooleanField(
        "has proven e-mails",
        default=False,
        help_text="It sends a link to an address before the address stands in a token.",
    )
    is_active = models.BooleanField(
        default=True, help_text="Tokens of an inactive issuer are refused."
    )

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "issuer", "audience", "algorithm"], name="trusted_issuer_once"
            ),
            models.CheckConstraint(
                condition=Q(algorithm="HS256", secret_sealed__isnull=False, jwks__isnull=True)
                | Q(algorithm="ES256", secret_sealed__isnull=True, jwks__isnull=False),
                name="trusted_issuer_key_fits",
            ),
        ]

    def __str__(self) -> str:
        return self.name
