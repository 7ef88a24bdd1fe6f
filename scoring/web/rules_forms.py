"""The form of a new version of the scoring rules."""

from collections.abc import Sequence
from typing import Any

from django import forms

from crm.web.forms import PageForm, TextField
from scoring.models import RuleSet

LIMITS = ("recency_days", "frequency", "monetary")
PLAIN = (
    "weight_recency", "weight_frequency", "weight_monetary", "hot_from", "warm_from", "cool_from",
    "active_days", "dormant_days", "new_days", "shows_quintiles",
)  # fmt: skip
MOST = 1_000_000_000


def _days(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST)


class RulesForm(PageForm):
    """Everything a version holds; each of the three limits is a field a number of points."""

    name = TextField(label="What is new", max_length=120, required=False)
    weight_recency = forms.IntegerField(label="Recency", min_value=0, max_value=100)
    weight_frequency = forms.IntegerField(label="Frequency", min_value=0, max_value=100)
    weight_monetary = forms.IntegerField(label="Monetary", min_value=0, max_value=100)
    hot_from = _days("Hot from")
    warm_from = _days("Warm from")
    cool_from = _days("Cool from")
    active_days = _days("Active up to (days)")
    dormant_days = _days("Dormant after (days)")
    new_days = _days("New for (days)")
    shows_quintiles = forms.BooleanField(
        label="Show the groups Champions to Lost beside the bands on cards", required=False
    )

    def __init__(self, *args: Any, base: RuleSet, **kwargs: Any) -> None:
        initial: dict[str, Any] = {name: getattr(base, name) for name in PLAIN}
        for name in LIMITS:
            for points, value in zip((5, 4, 3, 2), getattr(base, name), strict=True):
                # 1000.00 is read more easily as 1000.
                initial[f"{name}_{points}"] = int(value) if value == int(value) else value
        super().__init__(*args, initial=initial, **kwargs)
        for name in LIMITS:
            for points in (5, 4, 3, 2):
                self.fields[f"{name}_{points}"] = self._limit(name, points)

    def limits(self, name: str) -> list[forms.BoundField]:
        """The four inputs of one limit."""
        return [self[f"{name}_{points}"] for points in (5, 4, 3, 2)]

    @property
    def limit_rows(self) -> Sequence[tuple[str, list[forms.BoundField]]]:
        """A row for each limit, for the template."""
        titles = ("Days since the last order, at most", "Orders, at least", "Net, at least")
        return [(title, self.limits(name)) for title, name in zip(titles, LIMITS, strict=True)]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        chosen = self.cleaned_data
        lists = {name: [chosen[f"{name}_{points}"] for points in (5, 4, 3, 2)] for name in LIMITS}
        return {"name": chosen["name"]} | {name: chosen[name] for name in PLAIN} | lists

    @staticmethod
    def _limit(name: str, points: int) -> forms.Field:
        label = f"{points} points"
        if name == "monetary":
            return forms.DecimalField(
                label=label, min_value=0, max_value=MOST, max_digits=14, decimal_places=2
            )
        return forms.IntegerField(label=label, min_value=0, max_value=MOST)
