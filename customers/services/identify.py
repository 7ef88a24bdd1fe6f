"""Who is it? The one rule by which every door recognises a customer.

An exact phone or e-mail links where it identifies exactly one live customer. Shared values,
several holders, or a phone and an e-mail of different people link nobody. Names never link
(source systems: "Duplicate score" of the unification table, S0.5 current rule).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Q

from crm.actors import Actor
from crm.roles import Action
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind


class Holding(Protocol):
    """That a live customer has a phone or e-mail; `is_shared`: as one of several."""

    @property
    def customer_id(self) -> UUID: ...

    @property
    def is_shared(self) -> bool: ...


Held = TypeVar("Held", bound=Holding)


class Outcome(StrEnum):
    """What a look-up can say."""

    NOBODY = "nobody"
    ONE = "one"
    SEVERAL = "several"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, kw_only=True)
class Identification:
    """The answer. `customer` only for ONE; `candidates` has everybody who holds a value.

    Candidates stand best first: those who hold both values, then the latest activity. `method`
    says what linked (“phone”, “email”, “phone and email”), `confidence` is 1.0 or 0.0.
    """

    outcome: Outcome
    customer: Customer | None = None
    candidates: Sequence[Customer] = ()
    method: str = ""
    confidence: float = 0.0


def identify(*, actor: Actor, phone: str = "", email: str = "") -> Identification:
    """The live customer behind canonical values (E.164; lower-cased address), in one query."""
    actor.require(Action.FIND_CUSTOMERS)
    rows = _live_rows(phone, email)
    outcome, deciding = judge(
        by_phone=[row for row in rows if row.kind == ContactKind.PHONE],
        by_email=[row for row in rows if row.kind == ContactKind.EMAIL],
    )
    if outcome is not Outcome.ONE:
        return Identification(outcome=outcome, candidates=_ranked(rows))
    return Identification(
        outcome=outcome,
        customer=deciding[0].customer,
        candidates=_ranked(rows),
        method=" and ".join(str(point.kind) for point in deciding),
        confidence=1.0,
    )


def judge(*, by_phone: Sequence[Held], by_email: Sequence[Held]) -> tuple[Outcome, Sequence[Held]]:
    """The rule alone, given the live rows that hold the phone and those that hold the e-mail.

    For ONE the rows that decided it, all of the same customer; else none.
    """
    groups = [{row.customer_id for row in group} for group in (by_phone, by_email) if group]
    if not groups:
        return Outcome.NOBODY, ()
    if not set.intersection(*groups):
        return Outcome.CONTRADICTION, ()
    deciding = [
        group[0] for group in (by_phone, by_email) if len(group) == 1 and not group[0].is_shared
    ]
    return (Outcome.ONE, deciding) if deciding else (Outcome.SEVERAL, ())


def _live_rows(phone: str, email: str) -> list[ContactPoint]:
    wanted = Q(pk__in=())
    if phone:
        wanted |= Q(kind=ContactKind.PHONE, value=phone)
    if email:
        wanted |= Q(kind=ContactKind.EMAIL, value=email)
    if not phone and not email:
        return []
    return list(ContactPoint.objects.filter(wanted, is_live=True).select_related("customer"))


def _ranked(rows: Sequence[ContactPoint]) -> list[Customer]:
    held: dict[Customer, int] = {}
    for row in rows:
        held[row.customer] = held.get(row.customer, 0) + 1
    return sorted(held, key=lambda one: (held[one], one.last_activity_at, one.pk), reverse=True)
