"""How the parts of a customer look in the document."""

from typing import Any

from rest_framework import serializers

from customers.models.consent import ConsentChannel
from customers.models.contact_point import ContactKind


class ContactPointOut(serializers.Serializer[Any]):
    """A phone (E.164) or e-mail (lower-cased) of a customer."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(ContactKind.choices)
    value = serializers.CharField()
    as_typed = serializers.CharField()
    extension = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    source = serializers.CharField()  # type: ignore[assignment]
    is_primary = serializers.BooleanField()
    is_shared = serializers.BooleanField(help_text="Several list it; it identifies nobody alone.")
    is_invalid = serializers.BooleanField(help_text="It reaches nobody any more.")
    verified_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class TagOut(serializers.Serializer[Any]):
    """A word of the company's own."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ConsentOut(serializers.Serializer[Any]):
    """The newest answer for a channel; a channel without one was never asked about."""

    channel = serializers.ChoiceField(ConsentChannel.choices)
    granted = serializers.BooleanField()
    source = serializers.CharField(help_text="How it was given.")  # type: ignore[assignment]
    happened_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()


class ProfileLinkOut(serializers.Serializer[Any]):
    """A profile of an app behind which this customer stands."""

    id = serializers.UUIDField()
    provider = serializers.CharField()
    profile_id = serializers.CharField()
    match_method = serializers.CharField()
    match_confidence = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    decided_by_human = serializers.BooleanField()
    linked_at = serializers.DateTimeField(allow_null=True)
    last_verified_at = serializers.DateTimeField(allow_null=True)


class HouseholdMemberOut(serializers.Serializer[Any]):
    """Somebody else of the same household."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField()
