"""Reading the id token of an app's signed-in profile (JWT: OpenID Connect, LINE, Supabase).

Nothing in a token is believed before its signature holds, with the algorithm and the key that the
company set for this issuer: a token that names no algorithm, or another one, opens nothing. All
refusals look alike from outside; `reason` is for tests and never holds anything of the token.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt

from crm.identifiers.text import holds_control_characters
from customers.models.trusted_issuer import TokenAlgorithm

LONGEST_TOKEN = 8 * 1024
LONGEST_SUBJECT = 200
LEEWAY_SECONDS = 30
MOST_KEYS = 20
NEEDED = ["exp", "sub", "iss", "aud"]
GUESTS = frozenset({"guest", "anonymous"})
# What a token that was not made for us can make the reader raise.
UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError)


class TokenRefused(Exception):
    """The token proves nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class IssuerKey:
    """One issuer with the key to check its tokens (models.TrustedIssuer tells the fields)."""

    provider: str
    issuer: str
    audience: str
    algorithm: str
    secret: str = field(default="", repr=False)
    jwks: Mapping[str, Any] = field(default_factory=dict)
    trusts_phone: bool = False
    trusts_email: bool = False


@dataclass(frozen=True, kw_only=True)
class IdToken:
    """What a token proves: whose profile it is, and their phone and e-mail if those are proven."""

    provider: str
    profile_id: str
    is_guest: bool
    phone: str = ""
    email: str = ""


def read_token(text: str, *, issuers_of: Callable[[str], Iterable[IssuerKey]]) -> IdToken:
    """What the token proves; `issuers_of` gives the issuers of a name. Raises TokenRefused."""
    if not text or len(text) > LONGEST_TOKEN:
        raise TokenRefused("size")
    try:
        algorithm = jwt.get_unverified_header(text)["alg"]
        claimed = jwt.decode(text, options={"verify_signature": False})["iss"]
    except UNREADABLE:
        raise TokenRefused("unreadable") from None
    if algorithm not in TokenAlgorithm.values or not isinstance(claimed, str):
        raise TokenRefused("algorithm")
    refused = TokenRefused("issuer")
    for issuer in issuers_of(claimed):
        if issuer.algorithm != algorithm:
            refused = TokenRefused("algorithm")
            continue
        try:
            return _token(issuer, _proven(text, issuer))
        except TokenRefused as error:
            refused = error
    raise refused


def _proven(text: str, issuer: IssuerKey) -> Mapping[str, Any]:
    """The claims, after signature, issuer, audience and times hold."""
    try:
        key = issuer.secret if issuer.algorithm == TokenAlgorithm.HS256 else _key(text, issuer)
        return jwt.decode(
            text,
            key,
            algorithms=[issuer.algorithm],
            audience=issuer.audience,
            issuer=issuer.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
    except UNREADABLE as error:
        raise TokenRefused(type(error).__name__) from None


def _key(text: str, issuer: IssuerKey) -> Any:
    """The public key that the token names, or the only one."""
    named = jwt.get_unverified_header(text).get("kid")
    keys = issuer.jwks["keys"]
    fitting = [one for one in keys if one.get("kid") == named] if named else keys
    if len(fitting) != 1:
        raise TokenRefused("key")
    return _public_key(json.dumps(fitting[0], sort_keys=True))


@lru_cache(maxsize=256)
def _public_key(jwk: str) -> Any:
    return jwt.PyJWK.from_json(jwk, algorithm=TokenAlgorithm.ES256).key


def _token(issuer: IssuerKey, claims: Mapping[str, Any]) -> IdToken:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject.strip()) <= LONGEST_SUBJECT:
        raise TokenRefused("subject")
    if holds_control_characters(subject):
        raise TokenRefused("subject")
    return IdToken(
        provider=issuer.provider,
        profile_id=subject.strip(),
        is_guest=_is_guest(issuer, claims),
        phone=_proven_phone(issuer, claims),
        email=_proven_claim(claims, "email", is_trusted=issuer.trusts_email),
    )


def _is_guest(issuer: IssuerKey, claims: Mapping[str, Any]) -> bool:
    """Supabase says `is_anonymous`; others name the way of signing in."""
    of_app = claims.get("app_metadata")
    ways = [issuer.provider, claims.get("provider")]
    ways += [of_app.get("provider")] if isinstance(of_app, Mapping) else []
    return claims.get("is_anonymous") is True or any(
        isinstance(way, str) and way in GUESTS for way in ways
    )


def _proven_phone(issuer: IssuerKey, claims: Mapping[str, Any]) -> str:
    """OpenID's `phone_number`, or Supabase's `phone`."""
    return _proven_claim(claims, "phone_number", is_trusted=issuer.trusts_phone) or _proven_claim(
        claims, "phone", is_trusted=issuer.trusts_phone
    )


def _proven_claim(claims: Mapping[str, Any], name: str, *, is_trusted: bool) -> str:
    """A claim at the top of the token: `user_metadata` is what the user wrote about themselves."""
    value = claims.get(name)
    is_proven = is_trusted or claims.get(f"{name}_verified") is True
    if not is_proven or claims.get(f"{name}_verified") is False or not isinstance(value, str):
        return ""
    return value


def jwks_faults(jwks: Any) -> Sequence[str]:
    """What is wrong with a pasted key set, in words; nothing for one that can be used."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        return [f'Paste the whole set, such as {{"keys": [...]}}, with 1 to {MOST_KEYS} keys.']
    if not all(isinstance(one, Mapping) for one in keys):
        return ["Each key is an object."]
    if any("d" in one for one in keys):
        return ["This set holds a private key. Paste the public one, and replace that key."]
    try:
        for one in keys:
            _public_key(json.dumps(one, sort_keys=True))
    except UNREADABLE:
        return ["Each key must be an EC key on the curve P-256."]
    names = [one.get("kid") for one in keys]
    if len(keys) > 1 and (None in names or len(set(map(str, names))) < len(names)):
        return ["Of several keys each needs a kid of its own."]
    return []
