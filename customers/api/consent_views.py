"""What a customer agreed to: the answers that stand, and the ledger of all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import Flag, Text
from crm.api.pages import page_of
from crm.api.query import PAGING
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from crm.paging import Ordering
from customers.api.history_output import owner_of_list
from customers.api.part_serializers import ConsentOut
from customers.models import ConsentEvent
from customers.models.consent import ConsentChannel
from customers.selectors.customer_record import read_customer
from customers.services.consent import record_consent
from customers.services.customer_fields import LENGTHS

LATEST = Ordering("latest", "happened_at", descending=True)


class ConsentsOut(serializers.Serializer[Any]):
    """The newest answer of each channel that was asked about."""

    results = ConsentOut(many=True)


class ConsentEventOut(ConsentOut):
    """One line of the ledger."""

    id = serializers.UUIDField()


class NewConsent(Strict):
    """An answer of the customer."""

    channel = serializers.ChoiceField(ConsentChannel.choices)
    granted = Flag()
    source = Text(  # type: ignore[assignment]
        max_length=LENGTHS["source"], help_text="How it was given: “on the phone”."
    )
    explicit = Flag(
        required=False,
        help_text="They used a preference switch. Without it a no of another system, such as a "
        "box left empty, lowers nothing.",
    )


class RecordedOut(serializers.Serializer[Any]):
    """Whether a line was written, and what holds for the channel now."""

    recorded = serializers.BooleanField()
    event = ConsentEventOut(allow_null=True)


class Consent(ApiView):
    """The answers that stand."""

    scopes = {"get": "customers:read"}

    @extend_schema(operation_id="read_consent", responses=ConsentsOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """One a channel; a channel that was never asked about is missing."""
        record = read_customer(actor=self.actor, customer_id=customer_id, parts=("consent",))
        return Response({"results": record.parts["consent"]})


class ConsentEvents(ApiView):
    """The ledger."""

    scopes = {"get": "customers:read", "post": "customers:write"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_consent_events",
        parameters=[CURSOR, LIMIT],
        responses=paged(ConsentEventOut, "ConsentEventPage"),
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """Every answer there was, the latest first."""
        owner_id = owner_of_list(actor=self.actor, customer_id=customer_id)
        rows = ConsentEvent.objects.filter(customer_id=owner_id)
        return page_of(request, rows, ordering=LATEST, show=_events)

    @extend_schema(
        operation_id="record_consent",
        request=NewConsent,
        responses={200: RecordedOut, 201: RecordedOut},
    )
    def post(self, request: Request, customer_id: UUID) -> Response:
        """Write down a yes or a no: 201. An answer that changes nothing writes nothing: 200."""
        reader = NewConsent(data=request.data)
        reader.is_valid(raise_exception=True)
        event = record_consent(actor=self.actor, customer_id=customer_id, **reader.validated_data)
        if event is None:
            return Response({"recorded": False, "event": None})
        return Response({"recorded": True, "event": ConsentEventOut(event).data}, status=201)


def _events(rows: Sequence[ConsentEvent]) -> Any:
    return ConsentEventOut(rows, many=True).data
