"""Many customers in one request; each item succeeds or fails for itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actors import Actor
from crm.api.fields import Count, Id
from crm.api.problems import problem_of
from crm.api.serializers import LONGEST_BATCH, Problem, Strict
from crm.api.views import ApiView
from crm.errors import CrmError
from customers.api.customer_serializers import MOST_VALUES, CustomerValues, ValueIn
from customers.api.new_customer import as_sent, attributes_of, person_of
from customers.models import Customer
from customers.services.create_many import Newcomer, create_customers
from customers.services.edit_many import Edit, edit_customers

EXAMPLE = {
    "items": [
        {"full_name": "Ana Silva", "phones": [{"value": "0412 345 678"}]},
        {"id": "0190b3a0-0000-7000-8000-000000000000", "version": 3, "city": "Perth"},
    ]
}


class BulkItem(CustomerValues):
    """A new customer; or, with `id` and the `version` that was read, changes of one."""

    id = Id(required=False)
    version = Count(required=False, min_value=1, max_value=2**31 - 1)
    phones = serializers.ListField(child=ValueIn(), required=False, max_length=MOST_VALUES)
    emails = serializers.ListField(child=ValueIn(), required=False, max_length=MOST_VALUES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises ValidationError where an item is neither."""
        wrong: dict[str, list[str]] = {}
        if "id" in attrs:
            wrong |= {
                name: ["Phones and e-mails are changed as contact points."]
                for name in ("phones", "emails")
                if name in attrs
            }
            if "version" not in attrs:
                wrong["version"] = ["Say which version was read."]
        else:
            if "version" in attrs:
                wrong["version"] = ["Only with an id."]
            if "full_name" not in attrs:
                wrong["full_name"] = ["A new customer needs a name."]
        if wrong:
            raise serializers.ValidationError(dict(wrong))
        return attrs


class BulkIn(Strict):
    """At most 1,000 items."""

    items = serializers.ListField(child=BulkItem(), min_length=1, max_length=LONGEST_BATCH)


class _Items(Strict):
    items = serializers.ListField(min_length=1, max_length=LONGEST_BATCH)


class BulkResult(serializers.Serializer[Any]):
    """What became of an item; `problem` says why nothing did."""

    index = serializers.IntegerField(help_text="Its place in the request, from 0.")
    status = serializers.IntegerField(help_text="201 created, 200 updated, or the problem's.")
    id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    problem = Problem(allow_null=True)


class BulkOut(serializers.Serializer[Any]):
    """How many, and one result an item, in the order of the request."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    failed = serializers.IntegerField()
    results = BulkResult(many=True)


class Bulk(ApiView):
    """Adding and changing many."""

    scopes = {"post": "customers:write"}

    @extend_schema(
        operation_id="save_customers",
        request=BulkIn,
        responses={200: BulkOut},
        examples=[OpenApiExample("One new, one changed", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Add and change up to 1,000 customers; the answer says of each item what became of it.

        An item that cannot be saved (a problem such as `invalid`, `duplicate`, `stale_version`)
        keeps no other from being saved. Whether somebody looks alike is not asked: the scan for
        duplicates compares them afterwards.
        """
        body = _Items(data=request.data)
        body.is_valid(raise_exception=True)
        results = _save(self.actor, body.validated_data["items"])
        statuses = [one["status"] for one in results]
        created, updated = statuses.count(201), statuses.count(200)
        return Response(
            {
                "created": created,
                "updated": updated,
                "failed": len(results) - created - updated,
                "results": results,
            }
        )


@transaction.atomic
def _save(actor: Actor, items: Sequence[Any]) -> list[dict[str, Any]]:
    reader = BulkItem()
    outcomes: dict[int, Customer | Exception] = {}
    valid: dict[int, Mapping[str, Any]] = {}
    for index, item in enumerate(items):
        try:
            valid[index] = reader.run_validation(item)
        except serializers.ValidationError as error:
            outcomes[index] = error
    edits = {index: values for index, values in valid.items() if "id" in values}
    newcomers = {index: values for index, values in valid.items() if "id" not in values}
    # Those who are here are locked before others come in (docs/locking.md).
    if edits:
        edited = edit_customers(actor=actor, edits=[_edit(one) for one in edits.values()])
        outcomes.update(zip(edits, edited, strict=True))
    if newcomers:
        created = create_customers(
            actor=actor, newcomers=[_newcomer(one) for one in newcomers.values()]
        )
        outcomes.update(zip(newcomers, created, strict=True))
    return [
        _result(index, outcomes[index], done=200 if index in edits else 201)
        for index in range(len(items))
    ]


def _edit(values: Mapping[str, Any]) -> Edit:
    changes = {name: value for name, value in values.items() if name not in ("id", "version")}
    return Edit(customer_id=values["id"], version=values["version"], changes=changes)


def _newcomer(values: Mapping[str, Any]) -> Newcomer:
    return Newcomer(**person_of(values), attributes=attributes_of(values))


def _result(index: int, outcome: Customer | Exception, *, done: int) -> dict[str, Any]:
    if isinstance(outcome, Customer):
        return {
            "index": index,
            "status": done,
            "id": outcome.pk,
            "code": outcome.code,
            "version": outcome.version,
            "problem": None,
        }
    problem = problem_of(as_sent(outcome) if isinstance(outcome, CrmError) else outcome)
    return {
        "index": index,
        "status": problem["status"],
        "id": None,
        "code": None,
        "version": None,
        "problem": problem,
    }
