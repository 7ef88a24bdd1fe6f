"""Column names, made comparable."""

import re

from crm.identifiers.text import clean_text


def plain_header(header: str) -> str:
    """ "FirstName", "first_name" and "First-Name:" to "first name"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean_text(header))
    return " ".join(re.sub(r"[^\w']|_", " ", apart).lower().split())
