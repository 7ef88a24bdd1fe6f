"""Secrets of other systems that we must be able to read again, sealed before they are stored.

The key is derived from SECRET_KEY. While that is being rotated, SECRET_KEY_FALLBACKS open what
was sealed before.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"crm.encryption"  # another purpose of SECRET_KEY has another key


class CannotUnseal(Exception):
    """It was sealed under a SECRET_KEY that is neither the present one nor a fallback."""


def seal(text: str) -> bytes:
    """Encrypt and sign a text with today's key."""
    return _ciphers().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The text that was sealed. Raises CannotUnseal."""
    try:
        return _ciphers().decrypt(sealed).decode()
    except InvalidToken as error:
        raise CannotUnseal("Enter the secret again: SECRET_KEY has changed since.") from error


def _ciphers() -> MultiFernet:
    # The first encrypts; all of them decrypt.
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_cipher(key) for key in keys])


def _cipher(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
