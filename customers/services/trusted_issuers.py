"""Setting up whose id tokens a company believes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.encryption import seal
from crm.errors import InvalidInput, NotFound
from crm.roles import Action
from customers.models import TrustedIssuer
from customers.models.trusted_issuer import TokenAlgorithm
from customers.profile_links.id_tokens import jwks_faults

SHORTEST_SECRET = 32  # bytes: as long as what HS256 makes of it (RFC 7518, 3.2)
LONGEST_SECRET = 500


@dataclass(frozen=True, kw_only=True)
class IssuerValues:
    """What an admin decides about an issuer."""

    name: str
    provider: str
    issuer: str
    audience: str
    algorithm: str
    jwks: Mapping[str, Any] | None = None
    trusts_phone: bool = False
    trusts_email: bool = False
    is_active: bool = True

    def as_fields(self) -> dict[str, Any]:
        """The values by the names of the model's fields."""
        return {**vars(self), "jwks": dict(self.jwks) if self.jwks else None}


@transaction.atomic
def create_issuer(*, actor: Actor, values: IssuerValues, secret: str = "") -> TrustedIssuer:
    """A new issuer. Raises InvalidInput at `secret`, `jwks` or `algorithm`."""
    actor.require(Action.MANAGE_API_KEYS)
    check_key(values, secret, has_secret=False)
    issuer = TrustedIssuer.objects.create(
        company_id=actor.company.pk,
        secret_sealed=seal(secret) if secret else None,
        **values.as_fields(),
    )
    audit.record(
        actor=actor, action="trustedissuer.created", subject=issuer, new=values.as_fields()
    )
    return issuer


@transaction.atomic
def edit_issuer(
    *, actor: Actor, issuer: TrustedIssuer, values: IssuerValues, secret: str = ""
) -> TrustedIssuer:
    """Change what was decided; an empty secret leaves the one that is there. Raises NotFound."""
    actor.require(Action.MANAGE_API_KEYS)
    stored = TrustedIssuer.objects.select_for_update().filter(pk=issuer.pk).first()
    if stored is None:
        raise NotFound
    check_key(values, secret, has_secret=stored.secret_sealed is not None)
    old, new = audit.changed_values(stored, values.as_fields())
    for name, value in new.items():
        setattr(stored, name, value)
    if values.algorithm != TokenAlgorithm.HS256:
        stored.secret_sealed = None
    elif secret:
        stored.secret_sealed = seal(secret)
        new["secret_replaced"] = True
    if new:
        stored.save()
        audit.record(actor=actor, action="trustedissuer.updated", subject=stored, old=old, new=new)
    return stored


def check_key(values: IssuerValues, secret: str, *, has_secret: bool) -> None:
    """The key fits the algorithm, and only that key is there."""
    if values.algorithm == TokenAlgorithm.HS256:
        if values.jwks:
            raise InvalidInput.field("jwks", "HS256 has a shared secret and no public keys.")
        if not secret and not has_secret:
            raise InvalidInput.field("secret", "Enter the secret that the issuer signs with.")
        if secret and not SHORTEST_SECRET <= len(secret.encode()) <= LONGEST_SECRET:
            raise InvalidInput.field(
                "secret", f"A secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters."
            )
    elif values.algorithm == TokenAlgorithm.ES256:
        if secret:
            raise InvalidInput.field("secret", "ES256 has public keys and no secret.")
        if faults := jwks_faults(values.jwks):
            raise InvalidInput.field("jwks", faults[0])
    else:
        raise InvalidInput.field("algorithm", "Choose one of the algorithms on the list.")
