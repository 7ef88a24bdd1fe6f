"""The secret in a source's path: made here, shown once, kept as a digest."""

import hashlib
import hmac
import secrets

from django.utils import timezone

from crm.models import InboundSource


def new_secret() -> str:
    """256 random bits in letters that need no escaping in a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored. A fast hash is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def opens(source: InboundSource, secret: str) -> bool:
    """Whether the secret is one of the source's live ones, compared in constant time."""
    shown = digest(secret)
    is_present = hmac.compare_digest(bytes(source.secret_digest), shown)
    previous, until = source.previous_secret_digest, source.previous_secret_until
    is_previous = hmac.compare_digest(bytes(previous or b""), shown)
    return is_present or (is_previous and until is not None and until > timezone.now())
