"""How the answers of look-ups look in the document."""

from typing import Any

from rest_framework import serializers

from customers.api.customer_serializers import CustomerOut


class OpenLeadOut(serializers.Serializer[Any]):
    """An open lead of a customer that was found."""

    id = serializers.UUIDField()
    branch = serializers.CharField()
    owner = serializers.CharField()
    status = serializers.CharField()


class HitOut(serializers.Serializer[Any]):
    """A customer, or a lead without one, and why it was found."""

    kind = serializers.ChoiceField(["customer", "lead"])
    id = serializers.UUIDField()
    title = serializers.CharField()
    code = serializers.CharField()
    former_code = serializers.CharField(
        help_text="What was typed, when it is the code of a record that is part of this one now."
    )
    phone = serializers.CharField(help_text="The one that was found, else the main one.")
    email = serializers.CharField(help_text="The one that was found, else the main one.")
    matched = serializers.CharField(help_text="The phone, e-mail or code that was found.")
    matched_by = serializers.ChoiceField(["phone", "email", "code", "name"])
    tier = serializers.IntegerField(help_text="1 fits best.")
    is_shared = serializers.BooleanField(help_text="Several people list the phone.")
    city = serializers.CharField()
    stage = serializers.CharField(help_text="Of a customer.")
    status = serializers.CharField(help_text="Of a lead.")
    branch = serializers.CharField(help_text="Of a lead.")
    owner = serializers.CharField(help_text="Of a lead.")
    last_activity_at = serializers.DateTimeField()
    open_leads = OpenLeadOut(many=True)


class SearchOut(serializers.Serializer[Any]):
    """The hits, best first."""

    form = serializers.ChoiceField(
        ["phone", "name", "email", "code", "nothing"],
        help_text="How the text was read; nothing: too little to look for.",
    )
    is_corrected = serializers.BooleanField(
        help_text="Nothing is spelled so; the hits are one typing error away."
    )
    people_sharing = serializers.IntegerField(help_text="How many have exactly this number.")
    results = HitOut(many=True)


class PhoneLeadOut(serializers.Serializer[Any]):
    """A lead of the number."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    phone = serializers.CharField()
    status = serializers.CharField()
    branch_id = serializers.UUIDField(allow_null=True)
    branch_name = serializers.CharField()
    source_id = serializers.UUIDField(allow_null=True)
    source_name = serializers.CharField()
    rm_member_id = serializers.UUIDField(allow_null=True, help_text="The owner, one of staff.")
    model = serializers.CharField()
    variant = serializers.CharField()
    location = serializers.CharField()
    created_at = serializers.DateTimeField()


class ByPhoneOut(serializers.Serializer[Any]):
    """Who has a number."""

    normalizedPhone = serializers.CharField(help_text="E.164.")
    customer = CustomerOut(
        allow_null=True, help_text="null when nobody has it, or several do: see candidates."
    )
    candidates = CustomerOut(many=True, help_text="Everybody who has it, the latest active first.")
    leads = PhoneLeadOut(many=True, help_text="At most 100, the newest first.")
