"""Which customer stands behind a profile of an app, read live in one statement.

`status` and `profile` of the VIP endpoints both read through `customer_of_profile`, so they can
never show different people (the seeds' worst fault).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from crm.actors import Actor
from crm.roles import Action

FOR_PROFILE = "SELECT * FROM get_customer_for_profile(%s, %s)"
BY_HASH = "SELECT * FROM get_customer_by_hash_id(%s)"


class LinkState(StrEnum):
    """What can be said of a profile (source systems S0.2)."""

    NOT_LINKED = "not_linked"
    LINKED_MATCHED = "linked_matched"
    LINKED_UNMATCHED = "linked_unmatched"  # its customer was deleted, and nobody else was found


@dataclass(frozen=True, kw_only=True)
class LiveCustomer:
    """A customer as other systems read it, with the main phone (E.164) and e-mail."""

    customer_id: UUID
    code: str
    stable_hash_id: str
    full_name: str
    given_name: str
    family_name: str
    name_is_placeholder: bool
    phone: str
    email: str
    address_line: str
    city: str
    postcode: str
    country: str
    birthday: date | None
    language: str
    preferred_contact: str
    lifecycle_stage: str
    version: int
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProfileCustomer:
    """A profile's link and its customer. `link_id` is None for a profile that nobody has seen."""

    state: LinkState
    customer: LiveCustomer | None = None
    link_id: UUID | None = None
    match_method: str = ""
    match_confidence: float | None = None
    decided_by_human: bool = False
    linked_at: datetime | None = None
    last_verified_at: datetime | None = None

    @property
    def may_match(self) -> bool:
        """Whether the machine may look for a customer: nobody there, and no person decided so."""
        return self.customer is None and not (
            self.decided_by_human and self.state is LinkState.NOT_LINKED
        )

    @property
    def is_blocked(self) -> bool:
        """Whether a person unlinked the profile."""
        return self.customer is None and not self.may_match


def customer_of_profile(*, actor: Actor, provider: str, profile_id: str) -> ProfileCustomer:
    """The profile's link and live customer, through all merges, in one query."""
    actor.require(Action.VIEW_CUSTOMER)
    row = _row(FOR_PROFILE, [provider, profile_id])
    if row is None:
        return ProfileCustomer(state=LinkState.NOT_LINKED)
    customer = _customer(row)
    return ProfileCustomer(
        state=_state(customer, is_stale=row["is_stale"]),
        customer=customer,
        link_id=row["link_id"],
        match_method=row["match_method"],
        match_confidence=None
        if row["match_confidence"] is None
        else float(row["match_confidence"]),
        decided_by_human=row["decided_by_human"],
        linked_at=row["linked_at"],
        last_verified_at=row["last_verified_at"],
    )


def customer_of_hash(*, actor: Actor, stable_hash_id: str) -> LiveCustomer | None:
    """The live customer of a stable hash, through all merges; None for an unknown one."""
    actor.require(Action.VIEW_CUSTOMER)
    row = _row(BY_HASH, [stable_hash_id])
    return _customer(row) if row else None


def _state(customer: LiveCustomer | None, *, is_stale: bool) -> LinkState:
    if customer is not None:
        return LinkState.LINKED_MATCHED
    return LinkState.LINKED_UNMATCHED if is_stale else LinkState.NOT_LINKED


def _row(query: str, values: list[str]) -> Mapping[str, Any] | None:
    if any("\x00" in value for value in values):
        return None  # the database cannot even be asked
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return None if row is None else dict(zip(names, row, strict=True))


def _customer(row: Mapping[str, Any]) -> LiveCustomer | None:
    if row["customer_id"] is None:
        return None
    facts = {name: row[name] for name in LiveCustomer.__dataclass_fields__}
    return LiveCustomer(**{**facts, "phone": row["phone"] or "", "email": row["email"] or ""})
