"""Id tokens as sign-in services make them, and as attackers do."""

import base64
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from crm.roles import Role
from customers.models import TrustedIssuer
from customers.services.trusted_issuers import IssuerValues, create_issuer
from tests.worlds import World

LINE_ISSUER, CHANNEL = "https://access.line.me", "1234567890"
SUPABASE_ISSUER = "https://project.supabase.example/auth/v1"
SECRET = "a channel secret of thirty-two characters"
PRIVATE_KEY = ec.derive_private_key(7**80, ec.SECP256R1())
PUBLIC_JWK = {
    **json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE_KEY.public_key())),
    "kid": "k1",
}


def trust_line(world: World, **changes: Any) -> TrustedIssuer:
    """LINE as the company trusts it: HS256."""
    values = IssuerValues(
        **{
            "name": "LINE",
            "provider": "line",
            "issuer": LINE_ISSUER,
            "audience": CHANNEL,
            "algorithm": "HS256",
            **changes,
        }
    )
    return create_issuer(actor=world.actor(Role.ADMIN), values=values, secret=SECRET)


def trust_supabase(world: World, **changes: Any) -> TrustedIssuer:
    """Supabase with public keys: ES256. It proves phones and e-mails before it signs in."""
    values = IssuerValues(
        **{
            "name": "Supabase",
            "provider": "supabase",
            "issuer": SUPABASE_ISSUER,
            "audience": "authenticated",
            "algorithm": "ES256",
            "jwks": {"keys": [PUBLIC_JWK]},
            "trusts_phone": True,
            "trusts_email": True,
            **changes,
        }
    )
    return create_issuer(actor=world.actor(Role.ADMIN), values=values)


def line_token(subject: Any = "U4af4980629", *, secret: str = SECRET, **claims: Any) -> str:
    """A token of LINE; a claim of None is left out."""
    now = int(time.time())
    whole = {
        "iss": LINE_ISSUER,
        "sub": subject,
        "aud": CHANNEL,
        "exp": now + 3600,
        "iat": now,
        "name": "เจน",
        **claims,
    }
    return jwt.encode(_without_none(whole), secret, "HS256")


def supabase_token(subject: str = "7b0f6a2e-5b0a-4a55-9f7e-1c8d3d8f4a10", **claims: Any) -> str:
    """A token of Supabase."""
    now = int(time.time())
    whole = {
        "iss": SUPABASE_ISSUER,
        "sub": subject,
        "aud": "authenticated",
        "exp": now + 3600,
        "iat": now,
        "role": "authenticated",
        "app_metadata": {"provider": "phone"},
        "is_anonymous": False,
        **claims,
    }
    return jwt.encode(_without_none(whole), PRIVATE_KEY, "ES256", headers={"kid": "k1"})


def put_together(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """A token with any header and any signature."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _without_none(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not None}
