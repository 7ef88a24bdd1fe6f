"""Template filters for points in time, in the company's zone."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()


@register.filter
def moment(at: datetime | None, now: datetime | None = None) -> str:
    """When something was or will be, as short as it stays clear.

    “just now”, “12 min ago”, “today 14:05”, “yesterday 14:05”, “5 Jan”, “5 Jan 2025”. Days are
    those of the active time zone.
    """
    if at is None:
        return ""
    here, now_here = timezone.localtime(at), timezone.localtime(now or timezone.now())
    ago = now_here - here
    if timedelta(0) <= ago < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= ago < timedelta(hours=1):
        return f"{int(ago.total_seconds() // 60)} min ago"
    days = (here.date() - now_here.date()).days
    clock = date_format(here, "H:i")
    if days in _NEAR_DAYS:
        return f"{_NEAR_DAYS[days]} {clock}"
    if here.year == now_here.year:
        return date_format(here, "j M")
    return date_format(here, "j M Y")


_NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
