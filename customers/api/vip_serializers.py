"""What goes in and out of the VIP endpoints, with the names that the golf club's app knows."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from crm.api.fields import Flag, Text
from crm.api.serializers import Strict
from customers.models.customer import PreferredContact
from customers.selectors.profile_customer import LinkState, ProfileCustomer
from customers.services.customer_fields import LENGTHS
from customers.services.vip import LinkStep, Marketing

LIVE = "live"  # where the data comes from: read at this moment, never a copy
# The request's names and the service's.
FIELDS = {
    "name": "full_name",
    "addressLine": "address_line",
    "city": "city",
    "postcode": "postcode",
    "country": "country",
    "birthday": "birthday",
    "language": "language",
    "preferredContact": "preferred_contact",
}
NAMES = {
    **{of_service: name for name, of_service in FIELDS.items()},
    "phone": "phoneNumber",
}


class VipStatusOut(serializers.Serializer[Any]):
    """Whether the profile has a customer, and which."""

    status = serializers.ChoiceField([state.value for state in LinkState])
    dataSource = serializers.ChoiceField([LIVE])
    customerId = serializers.UUIDField(allow_null=True)
    customerCode = serializers.CharField(allow_null=True)
    stableHashId = serializers.CharField(allow_null=True)
    matchMethod = serializers.CharField(
        allow_null=True, help_text="Such as phone_exact_match, one_time_code or manual."
    )
    matchConfidence = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    linkedAt = serializers.DateTimeField(allow_null=True)
    lastVerifiedAt = serializers.DateTimeField(allow_null=True)


class MarketingOut(serializers.Serializer[Any]):
    """What the person agreed to."""

    optedIn = serializers.BooleanField(help_text="To any of e-mail, text message and chat.")
    changedAt = serializers.DateTimeField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field, too
    channels = serializers.DictField(child=serializers.BooleanField())


class OwnDataOut(serializers.Serializer[Any]):
    """The customer's own data."""

    name = serializers.CharField()
    phoneNumber = serializers.CharField(allow_blank=True, help_text="E.164.")
    email = serializers.CharField(allow_blank=True)
    addressLine = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)
    country = serializers.CharField(allow_blank=True)
    birthday = serializers.DateField(allow_null=True)
    language = serializers.CharField(allow_blank=True)
    preferredContact = serializers.CharField(allow_blank=True)
    marketingOptIn = serializers.BooleanField()
    marketing = MarketingOut()


class VipProfileOut(VipStatusOut):
    """The same as the status, with the customer's data; null without a customer."""

    profile = OwnDataOut(allow_null=True)


class LinkAccountOut(serializers.Serializer[Any]):
    """Where linking stands. A requested code is sent only to a customer's phone; whether there is
    one is not told."""

    result = serializers.ChoiceField([step.value for step in LinkStep])
    codeExpiresInSeconds = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField([state.value for state in LinkState])


class LinkAccountIn(Strict):
    """First the phone; then the code that came to it."""

    phoneNumber = Text(required=False, allow_blank=True, max_length=60)
    code = Text(required=False, allow_blank=True, max_length=20)


class VipProfileIn(Strict):
    """What is to be changed; what is not named stays."""

    name = Text(required=False, max_length=200)
    email = Text(required=False, max_length=254)
    addressLine = Text(required=False, allow_blank=True, max_length=LENGTHS["address_line"])
    city = Text(required=False, allow_blank=True, max_length=LENGTHS["city"])
    postcode = Text(required=False, allow_blank=True, max_length=LENGTHS["postcode"])
    country = Text(required=False, allow_blank=True, max_length=LENGTHS["country"])
    birthday = serializers.DateField(required=False, allow_null=True)
    language = Text(required=False, allow_blank=True, max_length=LENGTHS["language"])
    preferredContact = serializers.ChoiceField(
        PreferredContact.choices, required=False, allow_blank=True
    )
    marketingOptIn = Flag(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError; of the phone with the reason."""
        if isinstance(data, Mapping) and "phoneNumber" in data:
            raise serializers.ValidationError(
                {"phoneNumber": ["The phone cannot be changed here: it says who you are."]},
                "not_editable",
            )
        return super().to_internal_value(data)


def status_data(found: ProfileCustomer) -> dict[str, Any]:
    """The status; how an unlinked profile was tried is for staff only."""
    customer = found.customer
    return {
        "status": found.state.value,
        "dataSource": LIVE,
        "customerId": customer.customer_id if customer else None,
        "customerCode": customer.code if customer else None,
        "stableHashId": customer.stable_hash_id if customer else None,
        "matchMethod": found.match_method if customer else None,
        "matchConfidence": found.match_confidence if customer else None,
        "linkedAt": found.linked_at if customer else None,
        "lastVerifiedAt": found.last_verified_at if customer else None,
    }


def profile_data(found: ProfileCustomer, marketing: Marketing) -> dict[str, Any]:
    """The status and the customer's data."""
    customer = found.customer
    own = None
    if customer is not None:
        own = {name: getattr(customer, of_service) for name, of_service in FIELDS.items()}
        own |= {
            "phoneNumber": customer.phone,
            "email": customer.email,
            "marketingOptIn": marketing.opted_in,
            "marketing": {
                "optedIn": marketing.opted_in,
                "changedAt": marketing.changed_at,
                "source": marketing.source,
                "channels": dict(marketing.channels),
            },
        }
    return {**status_data(found), "profile": own}
