"""The living style guide: every component in its states. Wired in DEBUG only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from crm.web.filter_form import FilterForm


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(max_length=120, help_text="As the person says it.")
    phone = forms.CharField(
        label="Phone", widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )
    email = forms.EmailField(label="E-mail", required=False)
    branch = forms.ChoiceField(choices=[("1", "Sydney CBD"), ("2", "Parramatta")])
    preferred = forms.ChoiceField(
        label="Preferred contact",
        required=False,
        choices=[("phone", "Phone"), ("email", "E-mail"), ("line", "Line")],
        widget=forms.RadioSelect,
        initial="phone",
    )
    birthday = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    remarks = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    shared = forms.BooleanField(label="Several people share this number", required=False)


class SampleFilters(FilterForm):
    """Filters of a list."""

    folded = ("origin",)

    stage = forms.ChoiceField(required=False, choices=[("", "Any"), ("lead", "Lead")])
    place = forms.ChoiceField(label="Branch", required=False, choices=[("", "All branches")])
    origin = forms.ChoiceField(required=False, choices=[("", "Any origin")])


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    context: dict[str, Any] = {
        "form": SampleForm(prefix="a"),
        "bound_form": SampleForm(
            {"b-name": "", "b-phone": "123", "b-email": "someone", "b-branch": "1"}, prefix="b"
        ),
        "filter_form": SampleFilters(),
        "earlier": timezone.now() - timedelta(hours=3),
        "tones": range(8),
        "lead_statuses": ["new", "working", "pending", "qualified", "disqualified", "won", "lost"],
        "breadcrumb": [{"label": "Admin", "url": "#main"}, {"label": "Style guide"}],
        "tabs": [
            {"label": "All", "url": "#lists", "count": "9,369", "current": True},
            {"label": "Mine", "url": "#lists", "count": 12},
            {"label": "Duplicates", "url": "#lists"},
        ],
        "people": [
            {
                "name": "Nattaporn Srisai",
                "phone": "+66 81 234 5678",
                "stage": "customer",
                "branch": "Sydney CBD",
                "spent": "A$1,204.50",
            },
            {
                "name": "Łukasz Żółkiewski",
                "phone": "+61 412 345 678",
                "stage": "lead",
                "branch": "Parramatta",
                "spent": "A$0.00",
            },
            {
                "name": "Aoife O’Sullivan-Brennan",
                "phone": "+1 415 555 0132",
                "stage": "prospect",
                "branch": "Sydney CBD",
                "spent": "A$88.10",
            },
            {
                "name": "อรทัย ใจดี",
                "phone": "+66 2 123 4567",
                "stage": "churned",
                "branch": "",
                "spent": "A$11,111.00",
            },
        ],
        "conflict_rows": [
            {"label": "Name", "mine": "Nattaporn Srisai", "theirs": "Nattaporn Srisai"},
            {
                "label": "Phone",
                "mine": "+61 412 345 678",
                "theirs": "+61 412 345 687",
                "differs": True,
            },
            {"label": "Remarks", "mine": "", "theirs": "Call after 4 pm", "differs": True},
        ],
    }
    return render(request, "components/styleguide.html", context)
