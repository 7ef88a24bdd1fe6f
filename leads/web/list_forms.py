"""The filters of the lead list: closed lists, so that no personal data stands in a URL."""

from typing import Any

from django import forms

from crm.actors import Actor
from crm.roles import Action, Reach
from crm.web.filter_form import FilterForm
from crm.web.forms import PageForm
from leads.models.lead import LeadStatus
from leads.selectors.lists import ME, UNASSIGNED, LeadFilters
from leads.web.forms import IdChoiceField
from leads.web.places import branches_for, owner_choices, source_choices


class LeadFilterForm(FilterForm):
    """What the list shows."""

    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=(
            ("", "All"),
            ("open", "Open"),
            ("closed", "Closed"),
            *LeadStatus.choices,
        ),
    )
    follow_up = forms.ChoiceField(
        label="Follow-up",
        required=False,
        choices=(
            ("", "Any or none"),
            ("due", "Today and overdue"),
            ("today", "Today"),
            ("overdue", "Overdue"),
        ),
    )
    branch = IdChoiceField(label="Branch", empty="All branches")
    owner = forms.ChoiceField(label="Owner", required=False)
    source = IdChoiceField(label="Source", empty="All sources")
    # Set by its tab; kept while other filters are chosen.
    without_customer = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = [(str(one.pk), one.name) for one in branches_for(actor, Action.VIEW_LEAD)]
        branch: Any = self.fields["branch"]
        branch.offer(branches)
        source: Any = self.fields["source"]
        source.offer(source_choices())
        owner: Any = self.fields["owner"]
        sees_others = actor.reach(Action.VIEW_LEAD) > Reach.OWN
        people = owner_choices(None) if sees_others else []
        owner.choices = [("", "Anybody"), (ME, "Me"), (UNASSIGNED, "Nobody yet"), *people]
        if not sees_others:
            del self.fields["owner"], self.fields["branch"]
        elif len(branches) < 2:
            del self.fields["branch"]

    def filters(self) -> LeadFilters:
        """What the selector takes."""
        chosen = self.cleaned_data
        return LeadFilters(
            status=chosen["status"],
            branch_id=chosen.get("branch"),
            owner=chosen.get("owner", ""),
            source_id=chosen["source"],
            follow_up=chosen["follow_up"],
            without_customer=chosen["without_customer"],
        )


class OrderForm(PageForm):
    """How the list is sorted, and which page of it."""

    sort = forms.ChoiceField(
        required=False, choices=(("received", "Newest first"), ("follow_up", "Next follow-up"))
    )
    cursor = forms.CharField(required=False, max_length=400)
