"""Phones of legacy leads, read from the text as it was typed."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from crm.actors import Actor
from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phones import parse_phone
from crm.models import Branch
from crm.tenancy import use_company
from customers.services.contact_entries import regions_of
from leads.models import Lead

PAGE = 5_000


@dataclass(slots=True)
class TypedPhones:
    """Which leads have which phone only as text. About 200 bytes a lead, so a million fit."""

    leads_of: dict[str, list[UUID]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(len(lead_ids) for lead_ids in self.leads_of.values())

    def of_phones(self, phones: Iterable[str]) -> dict[UUID, str]:
        """The leads of these phones."""
        return {id: phone for phone in phones for id in self.leads_of.get(phone, ())}


def read_typed_phones(actor: Actor, on_page: Callable[[int], None]) -> TypedPhones:
    """Every text that is a number for the lead's branch or the company, as E.164.

    Nothing is written here: the phone is stored together with the customer, in one write.
    """
    regions = _regions_of_branches(actor)
    found, after = TypedPhones(), UUID(int=0)
    while True:
        with use_company(actor.company.pk):
            page = list(
                Lead.objects.without_customer()
                .filter(phone="", pk__gt=after)
                .order_by("pk")
                .values_list("pk", "branch_id", "phone_as_typed")[:PAGE]
            )
        if not page:
            return found
        for lead_id, branch_id, typed in page:
            phone = _read(typed, regions[branch_id])
            if phone:
                found.leads_of.setdefault(phone, []).append(lead_id)
        after = page[-1][0]
        on_page(len(page))


def batches_of_phones(actor: Actor, typed: TypedPhones, size: int) -> Iterator[list[str]]:
    """All phones of leads without a customer, stored or typed, sorted, `size` at a time."""
    merged = heapq.merge(_stored_phones(actor, size), iter(sorted(typed.leads_of)))
    distinct = (phone for phone, _ in groupby(merged))
    while batch := [phone for _, phone in zip(range(size), distinct, strict=False)]:
        yield batch


def _stored_phones(actor: Actor, size: int) -> Iterator[str]:
    after = ""
    while True:
        with use_company(actor.company.pk):
            page = list(
                Lead.objects.without_customer()
                .filter(phone__gt=after)
                .order_by("phone")
                .values_list("phone", flat=True)
                .distinct()[:size]
            )
        if not page:
            return
        yield from page
        after = page[-1]


def _regions_of_branches(actor: Actor) -> dict[UUID | None, list[str]]:
    regions: dict[UUID | None, list[str]] = {None: regions_of(actor)}
    with use_company(actor.company.pk):
        for branch in Branch.objects.all():
            regions[branch.pk] = regions_of(actor, branch)
    return regions


def _read(typed: str, regions: list[str]) -> str:
    if not typed:
        return ""
    try:
        return parse_phone(typed, regions=regions).e164
    except InvalidPhone:
        return ""
