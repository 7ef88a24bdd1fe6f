"""Exchange rates: a new one, a mended one, and one that is taken back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.admin.base import SettingsAdmin
from crm.roles import Action
from scoring.models import ExchangeRate
from scoring.services.exchange_rates import remove_rate, set_rate


@admin.register(ExchangeRate)
class ExchangeRateAdmin(SettingsAdmin):
    """What one unit of a currency is worth in the company's own, from a day on."""

    list_display = ("currency", "valid_from", "rate")
    list_filter = ("currency",)
    ordering = ("currency", "-valid_from")
    fields = ("currency", "valid_from", "rate")
    actions = ("take_back",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, Action.REVIEW_ORDERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Action.REVIEW_ORDERS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("currency", "valid_from") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        stored = set_rate(
            actor=self.actor(request),
            currency=obj.currency,
            rate=obj.rate,
            valid_from=obj.valid_from,
        )
        obj.pk = stored.pk

    @admin.action(description="Take back")
    def take_back(self, request: HttpRequest, rates: QuerySet[ExchangeRate]) -> None:
        """The orders of those days are worth what the rate before says."""
        for rate in ExchangeRate.objects.filter(pk__in=rates.values("pk")):
            remove_rate(
                actor=self.actor(request), currency=rate.currency, valid_from=rate.valid_from
            )
        messages.success(request, "Taken back.")
