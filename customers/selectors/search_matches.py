"""The ids that match, best first: the calls of the search functions (customers/sql/search_*.sql).

The functions read the company from the transaction and work with the owner's rights, because
row-level security would take their indexes away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from customers.models import Customer, SubjectKind
from customers.selectors.search_text import SearchForm, SearchText
from customers.selectors.survivors import survivors_of

EXACT, ENDS_WITH, HOLDS, AFTER_PHONES = 1, 2, 3, 4  # tiers of a phone
WHOLE_WORDS, BEGINNINGS, CORRECTED = 1, 2, 3  # tiers of a name


@dataclass(frozen=True, slots=True)
class Match:
    """One customer or lead that fits; a lower tier, then a lower reading, fits better."""

    kind: str
    id: UUID
    matched_by: str  # "phone", "email", "code", "hash" or "name"
    tier: int
    reading: int = 0  # which reading of the typed digits it was
    digits: str = ""  # of the phone that matched, E.164 without its plus
    former_code: str = ""  # that of a record merged into this customer


def matches_of(text: SearchText, *, limit: int) -> list[Match]:
    """What fits the text, best first, at most `limit`."""
    if text.form is SearchForm.PHONE:
        found = [*_by_phone(text.candidates, limit), *_by_code(text.whole, tier=AFTER_PHONES)]
    elif text.form is SearchForm.CODE:
        found = [*_by_code(text.whole, tier=WHOLE_WORDS), *_people(text, limit, text.beginning)]
    elif text.form is SearchForm.HASH:
        known = Customer.objects.filter(stable_hash_id=text.whole).first()
        found = _of_record(text.form, known, tier=WHOLE_WORDS)
    elif text.form is SearchForm.EMAIL:
        found = _by_email(text, limit)
    elif text.form is SearchForm.NAME:
        found = _by_name(text, limit)
    else:
        found = []
    return _once_each(found)[:limit]


def _by_email(text: SearchText, limit: int) -> list[Match]:
    if not text.whole:
        return _people(text, limit, words=text.words)
    # Not the beginning of an address? Then parts of one.
    return _people(text, limit, text.whole, words=text.words) or _people(
        text, limit, words=f"{text.words} {text.whole}"
    )


def _by_name(text: SearchText, limit: int) -> list[Match]:
    if not text.candidates:
        return _people(text, limit, words=text.words)
    return (
        _people(text, limit, words=text.words, digits=text.candidates)
        or _people(text, limit, words=text.typed)  # the digits may be part of a name
        or _people(text, limit, words=text.words)
    )


def _by_phone(candidates: Sequence[str], limit: int) -> list[Match]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_kind, subject_id, %s, tier, reading, digits FROM search_phones(%s, %s)",
            ["phone", list(candidates), limit],
        )
        return [Match(*row) for row in cursor.fetchall()]


def _people(
    text: SearchText, limit: int, *wholes: str, words: str = "", digits: Sequence[str] = ()
) -> list[Match]:
    """By words of the name, by the beginnings of e-mails or codes, both with digits of a phone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_kind, subject_id, %s, tier FROM search_people(%s, %s, %s, %s)",
            [text.form.value, words, [whole.lower() for whole in wholes], list(digits), limit],
        )
        return [Match(*row) for row in cursor.fetchall()]


def _by_code(code: str, *, tier: int) -> list[Match]:
    """The customer of a code; the code of a merged record leads to the one it became."""
    customer = Customer.objects.filter(code=code).first() if code else None
    return _of_record(SearchForm.CODE, customer, tier=tier)


def _of_record(form: SearchForm, customer: Customer | None, *, tier: int) -> list[Match]:
    """The live customer that a record is or became; `former_code` tells of a merged one."""
    if customer is None:
        return []
    if customer.merged_into_id is None:
        return [Match(SubjectKind.CUSTOMER, customer.pk, form.value, tier)]
    return [
        Match(SubjectKind.CUSTOMER, pk, form.value, tier, former_code=customer.code)
        for pk in survivors_of([customer.pk]).values()
    ]


def _once_each(matches: Sequence[Match]) -> list[Match]:
    best: dict[UUID, Match] = {}
    for match in matches:
        best.setdefault(match.id, match)
    return list(best.values())
