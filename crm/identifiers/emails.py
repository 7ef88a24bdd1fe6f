"""Typed e-mail addresses to the one form in which they are compared."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from crm.identifiers.invalid import InvalidEmail
from crm.identifiers.text import clean_text, holds_control_characters, is_null_word, word_set

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path is at most 256 octets with its brackets

_MAILTO = re.compile(r"^(?:mailto|e-?mail)\s*:\s*", re.IGNORECASE)
_NAMED = re.compile(r"^[^<>]*<\s*([^<>]*?)\s*>$")
_LOOSE_ENDS = " .,;:'\"<>()[]"

# Local parts that say "there is no e-mail" wherever they are, letters only.
_NO_MAILBOX = word_set(
    """
    noemail noemails nomail noemailaddress noemailgiven noemailprovided notprovided nothing
    donthaveemail doesnothaveemail none nil null unknown noreply donotreply placeholder dummy
    """
)
# Local parts that say so only at a domain that is itself made up.
_MADE_UP_MAILBOX = word_set("test testing tester no na abc asdf xyz aaa xxx fake a email")
_MADE_UP_DOMAIN = word_set(
    """
    test testing none no na null email noemail nomail mail example abc asdf xyz aaa xxx fake
    a domain unknown nowhere
    """
)


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """One address, and how it was written."""

    address: str  # lower case, NFC, the domain in its ASCII (IDNA) form
    as_typed: str  # cleaned, fit to store
    is_placeholder: bool  # typed to fill the field: it identifies nobody


def parse_email(text: str) -> EmailAddress:
    """The address in the text: "mailto:", "Name <a@b.c>" and stray punctuation are understood.

    Only the form is checked, never the network. Raises InvalidEmail, whose message says what
    to do.
    """
    if holds_control_characters(text):
        raise InvalidEmail(
            "not_an_address",
            "The e-mail holds characters that can't be kept. Type it again by hand.",
        )
    as_typed = clean_text(text)
    bare = _unwrap(as_typed)
    if is_null_word(bare):
        raise InvalidEmail("empty", "No e-mail was given. Type one.")
    _refuse_early(bare)
    address = _normalised(bare)
    if len(address.encode()) > MAX_LENGTH:
        raise _too_long()
    return EmailAddress(
        address=address,
        as_typed=as_typed[:MAX_LENGTH],
        is_placeholder=is_placeholder_address(address),
    )


def is_placeholder_address(address: str) -> bool:
    """Whether the address says "no e-mail": noemail@…, none@none.com, test@test.com."""
    local, _, domain = address.lower().partition("@")
    mailbox = re.sub(r"[^a-z]", "", local)
    host = domain.split(".")[0]
    if mailbox in _NO_MAILBOX:
        return True
    return host in _MADE_UP_DOMAIN and (mailbox in _MADE_UP_MAILBOX or mailbox == host)


def _unwrap(as_typed: str) -> str:
    text = as_typed.strip(" .,;'\"")
    named = _NAMED.match(text)
    if named:
        text = named[1]
    if _MAILTO.match(text):
        text = clean_text(unquote(_MAILTO.sub("", text).split("?")[0], errors="ignore"))
    return text.strip(_LOOSE_ENDS)


def _refuse_early(bare: str) -> None:
    if "@" not in bare and "＠" not in bare:
        raise InvalidEmail("no_at", "An e-mail has an @ in it, for example name@example.com.")
    if len(re.findall(r"[^\s,;/|<]+@[^\s,;/|>]+", bare)) > 1:
        raise InvalidEmail(
            "several", "There seem to be several e-mails here. Enter them one by one."
        )
    if len(bare) > MAX_LENGTH:
        raise _too_long()


def _normalised(bare: str) -> str:
    lower = unicodedata.normalize("NFC", bare.replace("＠", "@").lower())
    try:
        checked = validate_email(
            lower, allow_smtputf8=True, check_deliverability=False, test_environment=True
        )
    except (EmailNotValidError, ValueError) as error:  # ValueError: idna on odd code points
        raise _explained(lower) from error
    domain = checked.ascii_domain or checked.domain
    return f"{unicodedata.normalize('NFC', checked.local_part.lower())}@{domain.lower()}"


def _explained(address: str) -> InvalidEmail:
    local, _, domain = address.rpartition("@")
    if local and not re.search(r"[^.\s]\.[^.\s]", domain):
        return InvalidEmail(
            "bad_domain",
            "After the @ comes a domain with a dot, for example name@example.com.",
        )
    return InvalidEmail(
        "not_an_address",
        "This is not an e-mail that can receive mail. Check it for spaces, missing letters "
        "and signs typed by mistake.",
    )


def _too_long() -> InvalidEmail:
    return InvalidEmail("too_long", f"An e-mail has at most {MAX_LENGTH} characters.")
