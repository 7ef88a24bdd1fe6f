"""Evaluates all segments: each night after 02:00 where the company is, and with new rules."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from crm import outbox
from crm.actors import Actor
from scoring.models import Segment
from scoring.services.membership import Evaluation, evaluate_segment
from scoring.services.segments import CHANGED, ensure_system_segments

NIGHT = time(2)


def last_night(zone: ZoneInfo, now: datetime) -> datetime:
    """The last time that clocks there passed 02:00."""
    today = now.astimezone(zone).date()
    night = datetime.combine(today, NIGHT, tzinfo=zone)
    if night > now:
        night = datetime.combine(today - timedelta(days=1), NIGHT, tzinfo=zone)
    return night


def due_segments(*, actor: Actor, now: datetime | None = None) -> list[Segment]:
    """The segments with rules that were not evaluated since the company's last 02:00.

    The system segments are made where the company lacks them.
    """
    ensure_system_segments(actor=actor)
    night = last_night(actor.company.zone, now or timezone.now())
    stale = Q(evaluated_at__isnull=True) | Q(evaluated_at__lt=night)
    return list(Segment.objects.filter(stale, is_active=True, rules__isnull=False).order_by("id"))


def evaluate_all(*, actor: Actor) -> dict[str, Evaluation]:
    """Evaluate every segment of the company now; by slug, what came of it."""
    ensure_system_segments(actor=actor)
    segments = Segment.objects.filter(is_active=True, rules__isnull=False).order_by("id")
    return {
        segment.slug: evaluate_segment(actor=actor, segment_id=segment.pk) for segment in segments
    }


def on_rules_activated(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: scores mean something else now; each segment is evaluated by itself."""
    segments = Segment.objects.filter(is_active=True, rules__isnull=False).order_by("id")
    outbox.publish_many(
        actor=actor,
        events=[(CHANGED, {"segment_id": pk}) for pk in segments.values_list("pk", flat=True)],
    )
