"""The forms of a customer's own fields: new and edit."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import global_settings

from crm.web.forms import EmailTextField, PageForm, PhoneField, TextField
from customers.models import Customer
from customers.models.customer import PreferredContact

ADDRESS_FIELDS = ("address_line", "city", "postcode", "country")
# What `edit_customer` knows under the same names.
CUSTOMER_FIELDS = ("full_name", *ADDRESS_FIELDS, "birthday", "language", "preferred_contact")
NOT_KNOWN = ("", "Not known")
MAX_TAGS = 20


def language_choices(first: Iterable[str], current: str = "") -> list[tuple[str, str]]:
    """All languages by name, those that the company speaks first, and an unlisted current one."""
    names = {code: str(name) for code, name in global_settings.LANGUAGES}
    top = [code for code in first if code in names]
    rest = sorted((code for code in names if code not in top), key=names.__getitem__)
    choices = [NOT_KNOWN, *((code, names[code]) for code in (*top, *rest))]
    if current and current not in names:
        choices.append((current, current))
    return choices


class CustomerFields(PageForm):
    """What new and edit have in common."""

    full_name = TextField(label="Full name", max_length=200)
    address_line = TextField(label="Street address", max_length=300, required=False)
    city = TextField(label="City", max_length=120, required=False)
    postcode = TextField(label="Postcode", max_length=20, required=False)
    country = TextField(label="Country", max_length=120, required=False)
    birthday = forms.DateField(
        label="Birthday",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a date such as 1990-05-17."},
    )
    language = forms.ChoiceField(label="Language", required=False)
    preferred_contact = forms.ChoiceField(
        label="Preferred contact",
        required=False,
        choices=[("", "No preference"), *PreferredContact.choices],
    )
    tags = TextField(
        label="Tags", max_length=600, required=False, help_text="Words with commas between them."
    )

    # Set once the page has named people who are alike: it does not ask twice.
    checked = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, languages: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = tuple(languages)
        current = str(self.initial.get("language", ""))
        self.fields["language"].choices = language_choices(self.languages, current)  # type: ignore[attr-defined]
        self.fields["full_name"].widget.attrs |= {"autocomplete": "off"}

    def clean_tags(self) -> list[str]:
        """The words, each once."""
        words = (word.strip() for word in self.cleaned_data["tags"].split(","))
        names = list(dict.fromkeys(word for word in words if word))
        if len(names) > MAX_TAGS:
            raise forms.ValidationError(f"At most {MAX_TAGS} tags.")
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError("A tag has at most 60 characters.")
        return names


class NewCustomerForm(CustomerFields):
    """A person nobody has logged yet."""

    phone = PhoneField(required=False, help_text="As they say it; spaces and zeros do not matter.")
    email = EmailTextField(required=False)
    phone_2 = PhoneField(label="Another phone", required=False)
    share_numbers = forms.BooleanField(
        label="They share this number or e-mail: keep both people", required=False
    )

    field_order = ("full_name", "phone", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            first = "phone" if self.initial.get("full_name") else "full_name"
            self.fields[first].widget.attrs |= {"autofocus": True}

    @property
    def has_details(self) -> bool:
        """Whether anything below the fold was filled in or is wrong."""
        names = (*ADDRESS_FIELDS, "birthday", "language", "preferred_contact", "tags", "phone_2")
        return any(self[name].value() or self[name].errors for name in names)


class EditCustomerForm(CustomerFields):
    """A known person. Each field carries the value it was opened with, to tell what changed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*CUSTOMER_FIELDS, "tags"):
            self.fields[name].show_hidden_initial = True


def editable_values(customer: Customer, tags: Iterable[str]) -> dict[str, Any]:
    """What the edit form is opened with."""
    values = {name: getattr(customer, name) for name in CUSTOMER_FIELDS}
    return {**values, "tags": ", ".join(tags), "version": customer.version}
