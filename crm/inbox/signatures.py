"""Signatures over raw bytes: compared in constant time, within a window of time, failing closed."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from crm.inbox.outcomes import Refused

WINDOW = timedelta(minutes=5)


def require_hmac(
    signed: bytes, *, given: str, secrets: Sequence[str], algorithm: str = "sha256"
) -> None:
    """Raise Refused unless `given` is the hex HMAC of `signed` under one of the secrets.

    Every secret is tried, also after a match, so that the time says nothing.
    """
    if algorithm not in hashlib.algorithms_guaranteed:
        raise Refused
    shown = given.strip().lower().encode()
    matches = [
        hmac.compare_digest(
            hmac.new(secret.encode(), signed, algorithm).hexdigest().encode(), shown
        )
        for secret in secrets
        if secret
    ]
    if not any(matches):
        raise Refused


def require_recent(signed_at: datetime, *, window: timedelta = WINDOW) -> None:
    """Raise Refused when the time that was signed is further from now than the window."""
    if abs(timezone.now() - signed_at) > window:
        raise Refused("The signature is too old, or from the future.")
