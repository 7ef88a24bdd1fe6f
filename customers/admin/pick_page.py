"""Merge with…: one record is known, the other one is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from crm.actors import Actor
from crm.errors import NotFound
from crm.identifiers.phones import format_for_people
from customers.admin.pages import PageAdmin
from customers.admin.pair_rows import percent
from customers.models import Customer, DuplicateCandidate
from customers.models.duplicate import CandidateState
from customers.selectors.alike_pairs import AlikePair, pairs_with_facts
from customers.selectors.search import search

LONGEST_QUERY = 200
MOST_FOUND = 20
MOST_ALIKE = 5


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Somebody to merge with; `detail` says how they are recognised."""

    customer_id: UUID
    name: str
    code: str
    detail: str


def pick_other(admin: PageAdmin, request: HttpRequest, known: Sequence[UUID]) -> HttpResponse:
    """The page that looks for the other record; what is typed comes by POST, never in the URL."""
    actor = admin.actor(request)
    customers = list(Customer.objects.filter(pk__in=known).order_by("code"))
    if len(customers) != len(known):
        raise NotFound
    typed = request.POST.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
    found = _found(actor, typed, known) if typed else []
    return admin.page(
        request,
        "customers/admin/pick.html",
        title="Merge with…" if known else "Merge",
        known=customers,
        typed=typed,
        found=found,
        alike=_alike(known[0]) if len(known) == 1 and not typed else [],
    )


def _found(actor: Actor, typed: str, known: Sequence[UUID]) -> list[Choice]:
    region = actor.company.default_region
    return [
        Choice(
            customer_id=hit.id,
            name=hit.title,
            code=hit.code,
            detail=", ".join(
                part for part in (format_for_people(hit.phone, region), hit.email, hit.city) if part
            ),
        )
        for hit in search(actor=actor, text=typed, limit=MOST_FOUND).hits
        if hit.kind == "customer" and hit.id not in known
    ]


def _alike(customer_id: UUID) -> list[Choice]:
    """Whom the last scan found alike, surest first."""
    rows = DuplicateCandidate.objects.filter(
        Q(left_id=customer_id) | Q(right_id=customer_id),
        state__in=(CandidateState.OPEN, CandidateState.LATER),
    )
    surest = rows.select_related("left", "right").order_by("-bits", "-id")[:MOST_ALIKE]
    return [_choice(pair, customer_id) for pair in pairs_with_facts(list(surest))]


def _choice(pair: AlikePair, customer_id: UUID) -> Choice:
    candidate = pair.candidate
    other = candidate.left if candidate.right_id == customer_id else candidate.right
    relation = candidate.get_relation_display().lower()
    return Choice(
        customer_id=other.pk,
        name=other.full_name,
        code=other.code,
        detail=f"{percent(pair.probability)} the same person; most likely {relation}",
    )
