"""Days as the company counts them."""

from datetime import date, datetime, time

from django.utils import timezone

from crm.actors import Actor


def company_day(actor: Actor, at: datetime | None = None) -> date:
    """The day that a moment (now) has in the company's zone."""
    return (at or timezone.now()).astimezone(actor.company.zone).date()


def midnight(actor: Actor, day: date) -> datetime:
    """When a day of the company begins."""
    return datetime.combine(day, time.min, tzinfo=actor.company.zone)
