"""The log of the materialized views: when each was renewed, and what came of it."""

from django.db import models


class ViewRefresh(models.Model):
    """One run. The views hold all companies' rows, so the log belongs to none of them."""

    view = models.CharField(max_length=63)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["view", "-started_at"], name="viewrefresh_newest_idx")]

    def __str__(self) -> str:
        return f"{self.view} {self.started_at:%Y-%m-%d %H:%M}"
