"""What the endpoints of leads take: filters and bodies."""

from typing import Any

from rest_framework import serializers

from crm.api.fields import Flag, Id, QueryFlag, Text
from crm.api.serializers import MomentField, Strict
from leads.models.lead import LeadStatus
from leads.selectors.lists import FOLLOW_UPS, ORDERINGS, STATUS_GROUPS

# The services' names of fields, and ours.
NAMES = {
    "branch": "branch_id",
    "source": "source_id",
    "owner": "owner_id",
    "customer": "customer_id",
    "phone_text": "phone",
    "email_text": "email",
}


class LeadQuery(serializers.Serializer[Any]):
    """The filters of the list; days are the company's."""

    status = serializers.ChoiceField(
        [*STATUS_GROUPS, *LeadStatus.values], required=False, help_text="One status or a group."
    )
    source = serializers.UUIDField(required=False)  # type: ignore[assignment] # the metaclass takes it away
    branch = serializers.UUIDField(required=False)
    owner = serializers.CharField(
        required=False,
        max_length=36,
        help_text="A staff id, `me` (personal tokens) or `unassigned`.",
    )
    customer = serializers.UUIDField(required=False)
    received_from = serializers.DateField(required=False)
    received_to = serializers.DateField(required=False, help_text="This day included.")
    follow_up = serializers.ChoiceField(
        FOLLOW_UPS, required=False, help_text="Open leads by their follow-up."
    )
    without_customer = QueryFlag(required=False)
    sort = serializers.ChoiceField(
        tuple(ORDERINGS),
        required=False,
        default="received",
        help_text="`received`: newest first. `follow_up`: next first; leaves out leads without.",
    )


class Details(Strict):
    """What they want, and what was said."""

    interest = Text(required=False, allow_blank=True, max_length=200)
    variant = Text(required=False, allow_blank=True, max_length=200)
    location = Text(required=False, allow_blank=True, max_length=200)
    remarks = Text(required=False, allow_blank=True, max_length=1000)


class NewLead(Details):
    """A new enquiry. The person is chosen by `customer_id`, or recognised by the phone."""

    branch_id = Id(required=False, help_text="May be left out by a key of one branch.")
    customer_id = Id(required=False, allow_null=True)
    full_name = Text(required=False, allow_blank=True, max_length=200)
    phone = Text(required=False, allow_blank=True, max_length=300)
    email = Text(required=False, allow_blank=True, max_length=320)
    source_id = Id(required=False, allow_null=True)
    owner_id = Id(required=False, allow_null=True)
    external_id = Text(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="The id at the source: sent again, it answers with the lead that is known.",
    )
    raw = serializers.DictField(required=False, help_text="What the source sent, kept as it is.")
    unless_alike = Flag(
        required=False,
        help_text="Refuse (409 `maybe_here`) when the new person is likely here already.",
    )


class LeadChanges(Details):
    """The fields to change; an empty value empties the field."""

    full_name = Text(required=False, allow_blank=True, max_length=200)
    phone = Text(required=False, allow_blank=True, max_length=300)
    email = Text(required=False, allow_blank=True, max_length=320)
    source_id = Id(required=False, allow_null=True)
    follow_up_at = MomentField(required=False, allow_null=True)


class StatusChange(Strict):
    """Pending needs `follow_up_at` and `remarks`; disqualified and lost need a `reason`."""

    status = serializers.ChoiceField(LeadStatus.choices)
    follow_up_at = MomentField(required=False, allow_null=True)
    remarks = Text(required=False, allow_blank=True, max_length=1000)
    reason = Text(required=False, allow_blank=True, max_length=500)


class Assignment(Strict):
    """Whose lead it becomes; null: nobody's."""

    owner_id = Id(allow_null=True)


class LeadLink(Strict):
    """The customer behind the lead."""

    customer_id = Id()
