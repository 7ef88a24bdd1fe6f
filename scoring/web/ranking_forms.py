"""The filters of the list of customers by worth; no personal data stands in its URL."""

from typing import Any
from uuid import UUID

from django import forms

from crm.actors import Actor
from crm.web.filter_form import FilterForm
from crm.web.forms import PageForm
from scoring.models import Band, QuintileSegment
from scoring.score_words import Activity
from scoring.selectors.ranking import RankingFilters
from scoring.selectors.segments import list_segments

POINTS = (("", "Any"), *((str(points), f"{points} of 5") for points in range(5, 0, -1)))


def _points(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, choices=POINTS, coerce=int, empty_value=None
    )


class RankingFilterForm(FilterForm):
    """What the list shows."""

    folded = ("recency", "frequency", "quintile")

    band = forms.ChoiceField(
        label="Band", required=False, choices=(("", "All bands"), *Band.choices)
    )
    segment = forms.TypedChoiceField(label="Segment", required=False, coerce=UUID, empty_value=None)
    activity = forms.ChoiceField(
        label="Activity",
        required=False,
        choices=(("", "Any"), *((one.value, one.value.capitalize()) for one in Activity)),
    )
    recency = _points("Recency")
    frequency = _points("Frequency")
    quintile = forms.ChoiceField(
        label="Quintile segment",
        required=False,
        choices=(("", "Any"), *QuintileSegment.choices),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = [(str(one.pk), one.name) for one in list_segments(actor=actor)]
        field: Any = self.fields["segment"]
        field.choices = [("", "All segments"), *segments]

    def filters(self) -> RankingFilters:
        """What the selector takes."""
        chosen = self.cleaned_data
        return RankingFilters(
            band=chosen["band"],
            activity=chosen["activity"],
            segment_id=chosen["segment"],
            recency=chosen["recency"],
            frequency=chosen["frequency"],
            quintile=chosen["quintile"],
        )


class RankingOrderForm(PageForm):
    """How the list is sorted, and which page of it."""

    sort = forms.ChoiceField(
        required=False,
        choices=(("score", "Score"), ("net", "Net spent"), ("last_order", "Last order")),
    )
    cursor = forms.CharField(required=False, max_length=400)
