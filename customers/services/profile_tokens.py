"""Who is signed in at the app: the profile behind an id token, if the company trusts its issuer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crm.actors import Actor
from crm.encryption import CannotUnseal, unseal
from crm.errors import CrmError, Forbidden
from crm.identifiers.emails import parse_email
from crm.identifiers.invalid import InvalidIdentifier
from customers.models import TrustedIssuer
from customers.profile_links.id_tokens import IdToken, IssuerKey, TokenRefused, read_token
from customers.services.contact_entries import regions_of
from customers.services.match_profile import ProvenClaims, proven_phone

GUEST = "GUEST_SESSION_NOT_ELIGIBLE"


class NotSignedIn(CrmError):
    """No token, or one that proves nothing: all reasons look alike."""

    status = 401
    default_code = "invalid_profile_token"


@dataclass(frozen=True, kw_only=True)
class SignedInProfile:
    """A profile of an app, and what its sign-in service has proven."""

    provider: str
    profile_id: str
    claims: ProvenClaims


def signed_in_profile(*, actor: Actor, token: str) -> SignedInProfile:
    """The profile of the token.

    Raises NotSignedIn, and Forbidden GUEST_SESSION_NOT_ELIGIBLE for a guest (S0.3).
    """
    try:
        found = read_token(token, issuers_of=_issuers)
    except TokenRefused:
        raise NotSignedIn(
            "Sign in again: the profile token is missing, has expired or is not for this company."
        ) from None
    if found.is_guest:
        raise Forbidden("Guests have no customer profile. Sign in with an account.", code=GUEST)
    return SignedInProfile(
        provider=found.provider, profile_id=found.profile_id, claims=_claims(actor, found)
    )


def _issuers(name: str) -> Iterator[IssuerKey]:
    if "\x00" in name:
        return
    for row in TrustedIssuer.objects.filter(issuer=name, is_active=True):
        sealed = row.secret_sealed
        try:
            secret = _unsealed(bytes(sealed)) if sealed is not None else ""
        except CannotUnseal:
            continue  # as good as no key; the admin page says what to do
        yield IssuerKey(
            provider=row.provider,
            issuer=row.issuer,
            audience=row.audience,
            algorithm=row.algorithm,
            secret=secret,
            jwks=row.jwks or {},
            trusts_phone=row.trusts_phone,
            trusts_email=row.trusts_email,
        )


@lru_cache(maxsize=64)
def _unsealed(sealed: bytes) -> str:
    """Deriving the key anew for each request would cost more than checking the token."""
    return unseal(sealed)


def _claims(actor: Actor, token: IdToken) -> ProvenClaims:
    try:
        email = parse_email(token.email) if token.email else None
    except InvalidIdentifier:
        email = None
    return ProvenClaims(
        phone=proven_phone(token.phone, regions=regions_of(actor)),
        email="" if email is None or email.is_placeholder else email.address,
    )
