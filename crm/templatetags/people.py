"""Template filters for the people on a page: phones, initials, colours."""

from zlib import crc32

from django import template
from django.conf import global_settings

from crm.identifiers.names import initials as initials_of
from crm.identifiers.phones import format_for_people

register = template.Library()

AVATAR_TONES = 8
LANGUAGES = {code: str(name) for code, name in global_settings.LANGUAGES}


@register.filter
def phone(e164: str | None, region: str = "") -> str:
    """A stored number as people of the region (ISO 3166, such as AU) write it."""
    return format_for_people(e164, region) if e164 else ""


@register.filter
def initials(name: str | None) -> str:
    """One or two letters for a person's badge."""
    return initials_of(name or "")


@register.filter
def tone(name: str | None) -> int:
    """The same colour for the same name, wherever it stands."""
    return crc32((name or "").encode("utf-8", "replace")) % AVATAR_TONES


@register.filter
def language(code: str | None) -> str:
    """The English name of a language code; an unknown code stands for itself."""
    return LANGUAGES.get(code or "", code or "")
