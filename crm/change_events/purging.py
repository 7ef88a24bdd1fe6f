"""Forgetting old changes: what is in the stream is kept for a while, not for ever."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from crm.models import ChangeEvent, ChangeFeed

KEPT = timedelta(days=90)
BATCH = 10_000


@transaction.atomic
def purge_changes() -> int:
    """Delete events of the current company that are older than 90 days, some thousands at a time.

    Returns how many were deleted; call it until that is 0. The feed remembers up to where events
    are gone, so that a reader who slept too long is told instead of missing them.
    """
    old = ChangeEvent.objects.filter(occurred_at__lt=timezone.now() - KEPT)
    ids = list(old.order_by("occurred_at").values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    batch = ChangeEvent.objects.filter(pk__in=ids)
    last = batch.aggregate(last=Max("position"))["last"]
    deleted = batch.delete()[0]
    if last is not None:
        ChangeFeed.objects.filter(purged_to__lt=last).update(purged_to=last)
    return deleted
