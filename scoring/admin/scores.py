"""Scores and what they come from, to read: the database alone writes them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.admin.base import ReadOnlyAdmin
from scoring.models import Engagement, QuintileScore, RuleSet, ScoreChange, ScoreSnapshot


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnlyAdmin):
    """Versions of the rules; they are drafted, tried and activated under Reports."""

    list_display = ("version", "name", "is_active", "activated_at", "created_by")
    ordering = ("-version",)


@admin.register(Engagement)
class EngagementAdmin(ReadOnlyAdmin):
    """What each customer bought and is worth."""

    list_display = ("customer", "score", "band", "orders", "net", "last_order_at", "scored_at")
    list_select_related = ("customer",)
    list_filter = ("band",)
    ordering = ("-score", "-customer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Engagement]:
        return super().get_queryset(request).filter(is_live=True)


@admin.register(ScoreChange)
class ScoreChangeAdmin(ReadOnlyAdmin):
    """The ledger."""

    list_display = ("at", "customer", "cause", "score_before", "score_after", "band_after")
    list_select_related = ("customer",)


@admin.register(QuintileScore)
class QuintileScoreAdmin(ReadOnlyAdmin):
    """The second way of scoring, as of last night."""

    list_display = ("customer", "segment", "active_months", "spent", "last_order_at", "as_of")
    list_select_related = ("customer",)
    list_filter = ("segment",)
    ordering = ("-customer",)


@admin.register(ScoreSnapshot)
class ScoreSnapshotAdmin(ReadOnlyAdmin):
    """How many customers had which points on which day."""

    list_display = ("day", "band", "recency", "frequency", "monetary", "customers", "net")
