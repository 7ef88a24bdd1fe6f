"""The filters of the customer list: closed lists, so that no personal data stands in a URL."""

from typing import Any
from uuid import UUID

from django import forms

from crm.actors import Actor
from crm.roles import Action
from crm.web.filter_form import FilterForm
from crm.web.forms import PageForm
from customers.models import Tag
from customers.models.customer import LifecycleStage, Origin, RecordState
from customers.selectors.lists import CustomerFilters

MOST_TAGS = 200
YES_OR_NO = (("", "Any"), ("yes", "With"), ("no", "Without"))
TRUTH = {"yes": True, "no": False}


class CustomerFilterForm(FilterForm):
    """What the list shows."""

    folded = ("origin", "created_from", "state")

    stage = forms.ChoiceField(
        label="Stage", required=False, choices=(("", "All stages"), *LifecycleStage.choices)
    )
    tag = forms.TypedChoiceField(label="Tag", required=False, coerce=UUID, empty_value=None)
    has_phone = forms.ChoiceField(label="Phone", required=False, choices=YES_OR_NO)
    has_email = forms.ChoiceField(label="E-mail", required=False, choices=YES_OR_NO)
    origin = forms.ChoiceField(
        label="Origin", required=False, choices=(("", "Any origin"), *Origin.choices)
    )
    created_from = forms.DateField(
        label="Added since", required=False, widget=forms.DateInput({"type": "date"})
    )
    state = forms.ChoiceField(
        label="Record",
        required=False,
        choices=(("", "Live"), (RecordState.DELETED, "Deleted"), (RecordState.MERGED, "Merged")),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tags = [(str(tag.pk), tag.name) for tag in Tag.objects.all()[:MOST_TAGS]]
        tag: Any = self.fields["tag"]
        tag.choices = [("", "All tags"), *tags]
        if not tags:
            tag.widget = forms.HiddenInput()
        if not actor.may(Action.DELETE_CUSTOMER):
            del self.fields["state"]

    def filters(self) -> CustomerFilters:
        """What the selector takes."""
        chosen = self.cleaned_data
        return CustomerFilters(
            stage=chosen["stage"],
            tag_id=chosen.get("tag"),
            origin=chosen["origin"],
            has_phone=TRUTH.get(chosen["has_phone"]),
            has_email=TRUTH.get(chosen["has_email"]),
            created_from=chosen["created_from"],
            state=chosen.get("state", "") or RecordState.ACTIVE,
        )


class OrderForm(PageForm):
    """How the list is sorted, and which page of it."""

    sort = forms.ChoiceField(
        required=False,
        choices=(("activity", "Last seen"), ("name", "Name"), ("created", "Newest")),
    )
    cursor = forms.CharField(required=False, max_length=400)
