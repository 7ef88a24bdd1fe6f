"""How customers look in the document, and what may be sent of them."""

from typing import Any

from rest_framework import serializers

from crm.api.fields import Flag, Id, Text
from crm.api.serializers import Strict
from customers.api.part_serializers import (
    ConsentOut,
    ContactPointOut,
    HouseholdMemberOut,
    ProfileLinkOut,
    TagOut,
)
from customers.models.customer import LifecycleStage, Origin, PreferredContact, RecordState
from customers.services.customer_fields import LENGTHS

MOST_VALUES = 20
TEXTS = ("address_line", "city", "postcode", "country", "language")
EXAMPLE = {
    "full_name": "Ana Silva",
    "phones": [{"value": "0412 345 678", "label": "mobile"}],
    "emails": [{"value": "ana@example.com"}],
    "city": "Sydney",
}


class CustomerOut(serializers.Serializer[Any]):
    """A customer. Texts that are not known are empty."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="For people, such as CUS-000123; it never changes.")
    stable_hash_id = serializers.CharField(help_text="For other systems to keep.")
    phone = serializers.CharField(help_text="The main one, E.164.")
    email = serializers.CharField(help_text="The main one.")
    full_name = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    name_is_placeholder = serializers.BooleanField(
        help_text="The name was made up; the next real one replaces it."
    )
    address_line = serializers.CharField()
    city = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    birthday = serializers.DateField(allow_null=True)
    language = serializers.CharField()
    preferred_contact = serializers.ChoiceField(PreferredContact.choices, allow_blank=True)
    lifecycle_stage = serializers.ChoiceField(LifecycleStage.choices)
    stage_changed_at = serializers.DateTimeField()
    origin = serializers.ChoiceField(Origin.choices)
    deleted_at = serializers.DateTimeField(allow_null=True)
    last_activity_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    state = serializers.ChoiceField(RecordState.choices)
    merged_into = serializers.UUIDField(allow_null=True)
    merged_from = serializers.UUIDField(
        allow_null=True, help_text="The id that was asked for, when it is part of this one by now."
    )
    version = serializers.IntegerField(help_text="Also in the ETag.")


class CustomerRead(CustomerOut):
    """A customer with what `expand` names; with `fields`, only those, `id` and `version`."""

    contact_points = ContactPointOut(many=True)
    tags = TagOut(many=True)
    consent = ConsentOut(many=True)
    profile_links = ProfileLinkOut(many=True)
    household = HouseholdMemberOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        """All but those that are always there may be missing."""
        found = super().get_fields()
        for name, field in found.items():
            field.required = name in ("id", "version", "merged_from")
        return found


class ValueIn(Strict):
    """A phone or e-mail as somebody typed it."""

    value = Text(max_length=300)
    label = Text(  # type: ignore[assignment]
        max_length=LENGTHS["label"], required=False, allow_blank=True
    )


class CustomerValues(Strict):
    """What may be set of a customer. An empty text clears a field."""

    full_name = Text(max_length=200, required=False)
    address_line = Text(max_length=LENGTHS["address_line"], required=False, allow_blank=True)
    city = Text(max_length=LENGTHS["city"], required=False, allow_blank=True)
    postcode = Text(max_length=LENGTHS["postcode"], required=False, allow_blank=True)
    country = Text(max_length=LENGTHS["country"], required=False, allow_blank=True)
    birthday = serializers.DateField(required=False, allow_null=True)
    language = Text(max_length=LENGTHS["language"], required=False, allow_blank=True)
    preferred_contact = serializers.ChoiceField(
        PreferredContact.choices, required=False, allow_blank=True
    )


class NewCustomer(CustomerValues):
    """Somebody new, with a phone or an e-mail. National numbers are read for the branch's country,
    then the company's."""

    full_name = Text(max_length=200)
    phones = serializers.ListField(child=ValueIn(), required=False, max_length=MOST_VALUES)
    emails = serializers.ListField(child=ValueIn(), required=False, max_length=MOST_VALUES)
    branch_id = Id(required=False)
    share_numbers = Flag(
        required=False,
        help_text="A phone or e-mail that others have is marked shared at all of them.",
    )
    create_anyway = Flag(
        required=False, help_text="Add them though somebody here looks alike (409 maybe_here)."
    )


class CustomerChanges(CustomerValues):
    """What to change; what is not named stays."""

    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)


class Reason(Strict):
    """Why; the trail keeps it."""

    reason = Text(max_length=LENGTHS["reason"])


class RestoredOut(serializers.Serializer[Any]):
    """That a customer is back."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    now_shared = serializers.ListField(
        child=serializers.CharField(),
        help_text="Phones and e-mails that others were given meanwhile; shared from now on.",
    )
