"""Secrets that are generated once and kept in files that only their owner may read."""

import os
import secrets
from pathlib import Path


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text + "\n")
    unfinished.rename(path)


def kept_secret(path: Path) -> str:
    """The secret in the file; generated (64 characters) the first time."""
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
