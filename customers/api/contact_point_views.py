"""Phones and e-mails of a customer."""

from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actors import Actor
from crm.api.fields import Flag, Text
from crm.api.names import named
from crm.api.schema import problems
from crm.api.serializers import Strict
from crm.api.views import ApiView
from crm.errors import NotFound
from customers.api.part_serializers import ContactPointOut
from customers.models import ContactPoint
from customers.models.contact_point import ContactKind
from customers.selectors.customer_record import read_customer
from customers.services.contact_points import (
    add_contact_point,
    make_primary,
    mark_invalid,
    remove_contact_point,
    stop_sharing,
)
from customers.services.customer_fields import LENGTHS

PART = "contact_points"
_AS_SENT = {"phone": "value", "email": "value"}


class ContactPointsOut(serializers.Serializer[Any]):
    """All phones, then all e-mails; the main one of each kind first."""

    results = ContactPointOut(many=True)


class NewContactPoint(Strict):
    """One more phone or e-mail."""

    kind = serializers.ChoiceField(ContactKind.choices)
    value = Text(max_length=300, help_text="As it was typed.")
    label = Text(  # type: ignore[assignment]
        max_length=LENGTHS["label"], required=False, allow_blank=True
    )
    share = Flag(
        required=False, help_text="Where another customer has it: mark it shared at all of them."
    )


class ContactPointChanges(Strict):
    """What to change; a wrong number is removed and the right one added."""

    is_primary = Flag(required=False, help_text="Only true: another one is made the main one.")
    is_invalid = Flag(required=False)
    is_shared = Flag(required=False, help_text="Only false: it is this customer's alone.")

    def validate_is_primary(self, value: bool) -> bool:
        """Raises ValidationError for false."""
        if not value:
            raise serializers.ValidationError("Make another one the main one instead.")
        return value

    def validate_is_shared(self, value: bool) -> bool:
        """Raises ValidationError for true."""
        if value:
            raise serializers.ValidationError("It is shared when others are given it.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises ValidationError when nothing is named."""
        if not attrs:
            raise serializers.ValidationError("Name something to change.")
        return attrs


class ContactPoints(ApiView):
    """The phones and e-mails."""

    scopes = {"get": "customers:read", "post": "customers:write"}

    @extend_schema(operation_id="list_contact_points", responses=ContactPointsOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """All of them."""
        record = read_customer(actor=self.actor, customer_id=customer_id, parts=(PART,))
        return Response({"results": record.parts[PART]})

    @extend_schema(
        operation_id="add_contact_point", request=NewContactPoint, responses={201: ContactPointOut}
    )
    def post(self, request: Request, customer_id: UUID) -> Response:
        """Add one; the first of its kind is the main one.

        409 `duplicate`: another customer has it (`customer_id`); send `share` where both do.
        """
        reader = NewContactPoint(data=request.data)
        reader.is_valid(raise_exception=True)
        values = reader.validated_data
        with named(_AS_SENT):
            point = add_contact_point(
                actor=self.actor,
                customer_id=customer_id,
                kind=values["kind"],
                text=values["value"],
                label=values.get("label", ""),
                share=values.get("share", False),
            )
        response = Response(_shown(point), status=201)
        response["Location"] = f"/api/v1/customers/{customer_id}/contact-points/{point.pk}"
        return response


class OneContactPoint(ApiView):
    """A phone or e-mail."""

    scopes = {
        "get": "customers:read",
        "patch": "customers:write",
        "delete": "customers:write",
    }

    @extend_schema(operation_id="read_contact_point", responses=ContactPointOut)
    def get(self, request: Request, customer_id: UUID, point_id: UUID) -> Response:
        """One of them."""
        record = read_customer(actor=self.actor, customer_id=customer_id, parts=(PART,))
        found = next((one for one in record.parts[PART] if one["id"] == str(point_id)), None)
        if found is None:
            raise NotFound
        return Response(found)

    @extend_schema(
        operation_id="update_contact_point",
        request=ContactPointChanges,
        responses={200: ContactPointOut, **problems(409)},
    )
    def patch(self, request: Request, customer_id: UUID, point_id: UUID) -> Response:
        """Make it the main one, mark it invalid (or valid), or take back that it is shared."""
        reader = ContactPointChanges(data=request.data)
        reader.is_valid(raise_exception=True)
        with transaction.atomic():
            _require_of(customer_id, point_id)
            point = _changed(self.actor, point_id, reader.validated_data)
        return Response(_shown(point))

    @extend_schema(operation_id="remove_contact_point", responses={204: None, **problems(409)})
    def delete(self, request: Request, customer_id: UUID, point_id: UUID) -> Response:
        """Take it off the customer; the trail keeps what it was."""
        _require_of(customer_id, point_id)
        remove_contact_point(actor=self.actor, contact_point_id=point_id)
        return Response(status=204)


def _changed(actor: Actor, point_id: UUID, values: dict[str, bool]) -> ContactPoint:
    if "is_shared" in values:
        stop_sharing(actor=actor, contact_point_id=point_id)
    if "is_invalid" in values:
        mark_invalid(actor=actor, contact_point_id=point_id, is_invalid=values["is_invalid"])
    if "is_primary" in values:
        make_primary(actor=actor, contact_point_id=point_id)
    return ContactPoint.objects.get(pk=point_id)


def _require_of(customer_id: UUID, point_id: UUID) -> None:
    """The address names both: a point of somebody else is not here. Raises NotFound."""
    if not ContactPoint.objects.filter(pk=point_id, customer_id=customer_id).exists():
        raise NotFound


def _shown(point: ContactPoint) -> Any:
    return ContactPointOut(point).data
