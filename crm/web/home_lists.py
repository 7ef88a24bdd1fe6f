"""What the start page shows of the day, by role: bounded lists, a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from crm.actors import Actor
from crm.roles import Role
from leads.models import Lead, LeadEvent
from leads.models.lead_event import WALK_IN_KINDS
from leads.selectors.lists import LeadFilters, list_leads

MOST = 8
OWNERS = (Role.RELATIONSHIP_MANAGER, Role.TEAM_LEAD)


@dataclass(frozen=True)
class DayList:
    """A short list with its heading."""

    title: str
    icon: str
    leads: Sequence[Lead]
    empty: str
    more_url: str = ""
    shows_follow_up: bool = False


def lists_of_the_day(actor: Actor) -> list[DayList]:
    """Follow-ups and new leads for owners, walk-ins of the branch for those at the desk."""
    role = actor.staff.role if actor.staff else ""
    if role in OWNERS:
        return [_follow_ups(actor), _own_open(actor)]
    if role == Role.RECEPTIONIST:
        return [_walk_ins_today(actor)]
    return []


def _follow_ups(actor: Actor) -> DayList:
    filters = LeadFilters(owner="me", follow_up="due")
    page = list_leads(actor=actor, filters=filters, ordering="follow_up", size=MOST)
    return DayList(
        title="Follow up today",
        icon="calendar-clock",
        leads=page.rows,
        empty="Nothing is due today.",
        more_url=f"{reverse('leads:list')}?follow_up=due&owner=me&sort=follow_up",
        shows_follow_up=True,
    )


def _own_open(actor: Actor) -> DayList:
    page = list_leads(actor=actor, filters=LeadFilters(owner="me", status="open"), size=MOST)
    return DayList(
        title="Your open leads",
        icon="inbox",
        leads=page.rows,
        empty="You own no open lead.",
        more_url=f"{reverse('leads:list')}?status=open&owner=me",
    )


def _walk_ins_today(actor: Actor) -> DayList:
    assert actor.staff is not None
    today = timezone.localdate(timezone=actor.company.zone)
    start = datetime.combine(today, time(), tzinfo=actor.company.zone)
    visits = (
        LeadEvent.objects.filter(
            kind__in=WALK_IN_KINDS, at__gte=start, lead__branch=actor.staff.branch
        )
        .select_related("lead__customer", "lead__branch")
        .order_by("-at", "-id")[: 3 * MOST]
    )
    # Somebody may come twice a day; the latest visit counts.
    seen = {visit.lead_id: visit.lead for visit in visits}
    return DayList(
        title=f"Walk-ins at {actor.staff.branch} today",
        icon="footprints",
        leads=list(seen.values())[:MOST],
        empty="No walk-ins yet today.",
    )
