"""Search hits: the rows behind the ids that matched, with what a line of the results shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.actors import Actor
from customers.models import ContactPoint, Customer, SubjectKind
from customers.models.contact_point import ContactKind
from customers.selectors.hit_extras import HitExtras, LeadFacts, OpenLead, hit_extras
from customers.selectors.search_matches import Match
from customers.selectors.search_text import SearchText


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One line of the results: a customer, or a lead without a customer."""

    kind: str  # "customer" or "lead"
    id: UUID
    title: str
    code: str = ""  # customers only
    former_code: str = ""  # what was typed, when it was the code of a record merged into this one
    phone: str = ""  # the matching one, else the primary; E.164, or a lead's text as typed
    email: str = ""  # the matching one, else the primary
    matched: str = ""  # the phone (E.164), e-mail or code that was found; empty for a name
    matched_by: str  # "phone", "email", "code", "hash" or "name"
    is_shared: bool = False  # several people list the phone
    city: str = ""
    stage: str = ""  # a customer's lifecycle stage
    status: str = ""  # a lead's
    branch: str = ""  # of a lead
    owner: str = ""  # of a lead
    last_activity_at: datetime
    open_leads: Sequence[OpenLead] = ()  # of a customer, at all branches, newest first
    may_open: bool = True
    tier: int  # 1 fits best


def hits_of(actor: Actor, wanted: SearchText, matches: Sequence[Match]) -> list[Hit]:
    """The hits in order, in three queries; rows that row-level security hides fall out."""
    customer_ids = [match.id for match in matches if match.kind == SubjectKind.CUSTOMER]
    lead_ids = [match.id for match in matches if match.kind == SubjectKind.LEAD]
    if not matches:
        return []
    customers = Customer.objects.live().in_bulk(customer_ids)
    points = _contact_points(customer_ids)
    extras = hit_extras(actor, customer_ids=customer_ids, lead_ids=lead_ids)
    found: list[tuple[Match, Hit]] = []
    for match in matches:
        if lead := extras.leads.get(match.id):
            found.append((match, _lead_hit(match, lead)))
        elif customer := customers.get(match.id):
            its_points = points.get(match.id, [])
            hit = _customer_hit(wanted, match, customer, its_points, extras)
            found.append((match, hit))
    # The search rows know the activity to the day only; here the time of the day counts too.
    found.sort(key=lambda pair: pair[1].last_activity_at, reverse=True)
    found.sort(key=lambda pair: (pair[0].tier, pair[0].reading))
    return [hit for _, hit in found]


def _contact_points(customer_ids: Sequence[UUID]) -> dict[UUID, list[ContactPoint]]:
    points: dict[UUID, list[ContactPoint]] = {}
    rows = ContactPoint.objects.filter(customer_id__in=customer_ids)
    for point in rows.order_by("kind", "-is_primary", "is_invalid", "created_at", "id"):
        points.setdefault(point.customer_id, []).append(point)
    return points


def _customer_hit(
    wanted: SearchText,
    match: Match,
    customer: Customer,
    points: Sequence[ContactPoint],
    extras: HitExtras,
) -> Hit:
    phones = [point for point in points if point.kind == ContactKind.PHONE]
    emails = [point for point in points if point.kind == ContactKind.EMAIL]
    phone = next((p for p in phones if p.value == f"+{match.digits}"), None)
    email = next((e for e in emails if wanted.whole and e.value.startswith(wanted.whole)), None)
    shown_phone = phone or next(iter(phones), None)
    shown_email = email or next(iter(emails), None)
    return Hit(
        kind="customer",
        id=customer.pk,
        title=customer.full_name,
        code=customer.code,
        former_code=match.former_code,
        phone=shown_phone.value if shown_phone else "",
        email=shown_email.value if shown_email else "",
        matched=_matched_text(
            match,
            phone=phone.value if phone else "",
            email=shown_email.value if shown_email else "",
            code=match.former_code or customer.code,
        ),
        matched_by=match.matched_by,
        is_shared=bool(shown_phone and shown_phone.is_shared),
        city=customer.city,
        stage=customer.lifecycle_stage,
        last_activity_at=customer.last_activity_at,
        open_leads=extras.open_leads.get(customer.pk, ()),
        tier=match.tier,
    )


def _lead_hit(match: Match, lead: LeadFacts) -> Hit:
    return Hit(
        kind="lead",
        id=match.id,
        title=lead.title,
        phone=lead.phone,
        email=lead.email,
        matched=_matched_text(match, phone=lead.phone, email=lead.email, code=""),
        matched_by=match.matched_by,
        status=lead.status,
        branch=lead.branch,
        owner=lead.owner,
        last_activity_at=lead.last_activity_at,
        may_open=lead.may_open,
        tier=match.tier,
    )


def _matched_text(match: Match, *, phone: str, email: str, code: str) -> str:
    return {"phone": phone, "email": email, "code": code, "hash": code}.get(match.matched_by, "")
