"""The forms of leads: walk-in, new, status, details, assignment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from crm.actors import Actor
from crm.roles import Action
from crm.web.forms import EmailTextField, LongTextField, PageForm, PhoneField, TextField
from leads.models import Lead
from leads.models.lead import CLOSED_STATUSES, OPEN_STATUSES, LeadStatus
from leads.web.places import Choice, branch_choices, owner_choices, source_choices

MOMENT = "%Y-%m-%dT%H:%M"
DETAILS = ("interest", "variant", "location", "remarks")


class IdChoiceField(forms.TypedChoiceField):
    """One of a closed list of ids, or nothing."""

    def __init__(self, *, empty: str = "", **kwargs: Any) -> None:
        self.empty_label = empty
        super().__init__(coerce=UUID, empty_value=None, required=False, **kwargs)
        self.error_messages["invalid_choice"] = "Choose one of the list."

    def offer(self, choices: list[Choice]) -> None:
        """Set what may be chosen."""
        self.choices = [("", self.empty_label), *choices]


class DetailFields(PageForm):
    """What they want, and what was said."""

    interest = TextField(
        label="Interested in", max_length=200, required=False, help_text="A model, a plan, a show."
    )
    variant = TextField(label="Variant", max_length=200, required=False)
    location = TextField(label="Where they live", max_length=200, required=False)
    remarks = LongTextField(label="Remarks", max_length=1000, required=False)


class CallerFields(DetailFields):
    """Who it is, known already (`customer`) or by phone; and at which branch."""

    action: Action

    customer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    phone = PhoneField(required=False)
    full_name = TextField(label="Name", max_length=200, required=False)
    branch = IdChoiceField(label="Branch", empty="Choose a branch")
    source = IdChoiceField(label="Source", empty="Not known")
    # Set once the page has named people who are alike: it does not ask twice.
    checked = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = branch_choices(actor, self.action)
        self.has_several_branches = len(branches) > 1
        branch: Any = self.fields["branch"]
        branch.offer(branches)
        own = str(actor.staff.branch_id) if actor.staff and actor.staff.branch_id else ""
        self.own_branch = own or (branches[0][0] if len(branches) == 1 else "")
        self.initial.setdefault("branch", self.own_branch)
        source: Any = self.fields["source"]
        source.offer(source_choices())
        self.fields["full_name"].widget.attrs |= {"autocomplete": "off"}
        if not self.is_bound and not self.initial.get("customer"):
            first = "full_name" if self.initial.get("phone") else "phone"
            self.fields[first].widget.attrs |= {"autofocus": True}

    def clean_branch(self) -> UUID | None:
        """What was chosen; a form without the list means the actor's own branch."""
        if "branch" not in self.data and self.own_branch:
            return UUID(self.own_branch)
        chosen: UUID | None = self.cleaned_data["branch"]
        return chosen

    def clean(self) -> dict[str, Any]:
        """A phone, or somebody who is known."""
        typed = super().clean() or self.cleaned_data
        nobody = not typed.get("customer") and not typed.get("phone")
        if nobody and not {"customer", "phone"} & set(self.errors):
            self.add_error("phone", "Type the phone number.")
        return typed


class WalkInForm(CallerFields):
    """Two fields; the rest is folded away."""

    action = Action.LOG_WALK_IN

    rm = IdChoiceField(label="Relationship manager", empty="Whoever is free")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        own = actor.staff.branch_id if actor.staff else None
        manager: Any = self.fields["rm"]
        manager.offer(owner_choices(own))

    @property
    def has_details(self) -> bool:
        """Whether anything below the fold was filled in or is wrong."""
        names = ("rm", "source", *DETAILS)
        return any(self[name].value() or self[name].errors for name in names)


class NewLeadForm(CallerFields):
    """An enquiry that somebody writes down."""

    action = Action.CREATE_LEAD

    email = EmailTextField(required=False)
    owner = IdChoiceField(label="Owner", empty="Nobody yet")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        own = actor.staff.branch_id if actor.staff else None
        owner: Any = self.fields["owner"]
        owner.offer(owner_choices(own))


class StatusForm(PageForm):
    """What became of the enquiry; CSS shows the fields that the chosen status needs."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    status = forms.ChoiceField(label="Status", choices=LeadStatus.choices, widget=forms.RadioSelect)
    follow_up_at = forms.DateTimeField(
        label="Follow up",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        error_messages={"invalid": "Give a day and a time."},
    )
    reason = TextField(label="Reason", max_length=500, required=False)
    remarks = LongTextField(label="Remarks", max_length=1000, required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        self.lead = lead
        opened = {
            "version": lead.version,
            "status": lead.status,
            "follow_up_at": lead.follow_up_at,
            "reason": lead.reason,
        }
        super().__init__(*args, initial=opened, **kwargs)

    def clean_follow_up_at(self) -> datetime | None:
        """The stored moment when the field was not touched: the widget shows no seconds."""
        typed: datetime | None = self.cleaned_data["follow_up_at"]
        stored = self.lead.follow_up_at
        is_stored = stored is not None and typed == stored.replace(second=0, microsecond=0)
        return stored if is_stored else typed

    def clean(self) -> dict[str, Any]:
        """A field that the chosen status hides says nothing, whatever it still holds."""
        typed = super().clean() or self.cleaned_data
        status = typed.get("status")
        if status in CLOSED_STATUSES:
            typed["follow_up_at"] = None
            self.errors.pop("follow_up_at", None)
        if status in OPEN_STATUSES:
            typed["reason"] = ""
            self.errors.pop("reason", None)
        return typed


class EditLeadForm(DetailFields):
    """The details of a lead."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    full_name = TextField(label="Name", max_length=200, required=False)
    source = IdChoiceField(label="Source", empty="Not known")

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        names = ("version", "full_name", "source_id", *DETAILS)
        opened = {name.removesuffix("_id"): getattr(lead, name) for name in names}
        super().__init__(*args, initial=opened, **kwargs)
        choices = source_choices()
        if lead.source is not None and str(lead.source_id) not in dict(choices):
            choices.append((str(lead.source_id), str(lead.source)))
        source: Any = self.fields["source"]
        source.offer(choices)


class AssignForm(PageForm):
    """Whose lead it is."""

    owner = IdChoiceField(label="Owner", empty="Nobody")

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": lead.owner_id}, **kwargs)
        owner: Any = self.fields["owner"]
        owner.offer(owner_choices(lead.branch_id))


class LinkForm(PageForm):
    """The customer behind a lead."""

    customer = forms.UUIDField()
