"""Who somebody could be: the same model as in scans, asked about one person at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from crm.actors import Actor
from crm.identifiers.names import is_placeholder_name, split_name
from crm.roles import Action
from customers.duplicates.nickname_groups import groups_of
from customers.duplicates.scoring import Evidence, judge
from customers.models.duplicate import PairRelation
from customers.selectors.match_model import current_model

LEAST_BITS = 0.0
LONGEST_TEXT = 300
_ASK = """
SELECT customer_id, pattern FROM duplicate_newcomer(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Alike:
    """A customer who may be that person, with the evidence that adds up to `bits`."""

    customer_id: UUID
    bits: float
    relation: PairRelation
    evidence: Sequence[Evidence]


def alike(
    *,
    actor: Actor,
    given_name: str = "",
    family_name: str = "",
    full_name: str = "",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    birthday: date | None = None,
    address_line: str = "",
    city: str = "",
    postcode: str = "",
    besides: UUID | None = None,
    limit: int = 5,
) -> Sequence[Alike]:
    """Live customers who are more likely than not this person, the surest first.

    A made-up name ("Walk-in") is not compared. `besides` is the person's own record when it is
    there already. Two queries, whatever is given; a few milliseconds among a million.
    """
    actor.require(Action.FIND_CUSTOMERS)
    given, family = _names(given_name, family_name, full_name)
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            [
                given,
                family,
                birthday.isoformat() if birthday else None,
                *(_plain(text) for text in (address_line, city, postcode)),
                [_plain(phone) for phone in phones][:20],
                [_plain(email) for email in emails][:20],
                list(groups_of(given.lower().strip())) or None,
                besides,
            ],
        )
        met = cursor.fetchall()
    if not met:
        return []
    model = current_model()
    judged = {pattern: judge(model, pattern) for pattern in {pattern for _, pattern in met}}
    found = [
        Alike(customer_id, said.bits, PairRelation(said.relation), said.evidence)
        for customer_id, pattern in met
        for said in [judged[pattern]]
        if said.bits >= LEAST_BITS
    ]
    found.sort(key=lambda one: (-one.bits, one.customer_id))
    return found[:limit]


def _names(given: str, family: str, full: str) -> tuple[str, str]:
    if not given.strip() and not family.strip():
        split = split_name(full)
        given, family = split.given, split.family
    if is_placeholder_name(f"{given} {family}".strip() or "-"):
        return "", ""
    return _plain(given), _plain(family)


def _plain(text: str) -> str:
    return text.replace("\0", "")[:LONGEST_TEXT]
