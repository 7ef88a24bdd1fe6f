"""The forms of the order pages."""

from django import forms
from django.utils import timezone

from crm.web.forms import LongTextField, PageForm, TextField
from scoring.selectors.orders import Task


class TaskForm(PageForm):
    """Which list, and where in it."""

    show = forms.ChoiceField(choices=[(task.value, task.value) for task in Task], required=False)
    cursor = forms.CharField(required=False, max_length=500)


class RemoveForm(PageForm):
    """Why an order is taken out."""

    reason = LongTextField(label="Why is it taken out?", max_length=500)


class RateForm(PageForm):
    """What a currency is worth from a day on."""

    currency = TextField(label="Currency", max_length=3, min_length=3, help_text="Such as USD.")
    rate = forms.DecimalField(
        label="Worth of one unit", max_digits=18, decimal_places=8, help_text="Such as 1.52."
    )
    valid_from = forms.DateField(
        label="From this day on",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class LinkForm(PageForm):
    """The customer who bought."""

    customer = forms.UUIDField()


class FindForm(PageForm):
    """Whom to look for."""

    find = TextField(label="Find the customer", max_length=200, required=False)
