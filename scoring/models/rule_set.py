"""How a company turns what customers bought into scores."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey
from crm.models.tenant import TenantRecord


def default_recency_days() -> list[int]:
    """S1.5: 5 points up to 30 days since the last order, then 60, 90, 180."""
    return [30, 60, 90, 180]


def default_frequency() -> list[int]:
    """S1.5: 5 points from 10 orders on, then 5, 3, 1."""
    return [10, 5, 3, 1]


def default_monetary() -> list[int]:
    """S1.5: 5 points from 1000 of lifetime net on, then 500, 200, 50."""
    return [1000, 500, 200, 50]


class RuleSet(TenantRecord):
    """One version of the rules; never edited once it was active, only replaced.

    Points: `recency_days[i]` is the largest number of days that still earns 5−i points,
    `frequency[i]` and `monetary[i]` the smallest value that earns 5−i; otherwise 1 point.
    Score = the points times their weights. Activity (S0.2): active up to `active_days` after the
    last order, inactive up to `dormant_days`, dormant beyond; without an order new for `new_days`
    after creation, then inactive.
    """

    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120, blank=True)
    recency_days = ArrayField(models.PositiveIntegerField(), size=4, default=default_recency_days)
    frequency = ArrayField(models.PositiveIntegerField(), size=4, default=default_frequency)
    monetary = ArrayField(
        models.DecimalField(max_digits=14, decimal_places=2), size=4, default=default_monetary
    )
    weight_recency = models.PositiveSmallIntegerField(default=3)
    weight_frequency = models.PositiveSmallIntegerField(default=2)
    weight_monetary = models.PositiveSmallIntegerField(default=1)
    hot_from = models.PositiveSmallIntegerField(default=24)
    warm_from = models.PositiveSmallIntegerField(default=18)
    cool_from = models.PositiveSmallIntegerField(default=12)
    active_days = models.PositiveIntegerField(default=90)
    dormant_days = models.PositiveIntegerField(default=365)
    new_days = models.PositiveIntegerField(default=30)
    shows_quintiles = models.BooleanField(
        default=False, help_text="Show Champions … Lost (S0.5) instead of hot … cold."
    )
    is_active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            CompanyKey(name="ruleset_company_key"),
            models.UniqueConstraint(fields=["company", "version"], name="ruleset_version"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_active=True), name="ruleset_one_active"
            ),
            models.CheckConstraint(
                condition=Q(hot_from__gt=models.F("warm_from"))
                & Q(warm_from__gt=models.F("cool_from")),
                name="ruleset_bands_rise",
            ),
            models.CheckConstraint(
                condition=Q(dormant_days__gt=models.F("active_days")),
                name="ruleset_dormant_after_active",
            ),
        ]

    def __str__(self) -> str:
        return f"Rules {self.version}"
