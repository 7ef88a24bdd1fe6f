"""Tags: the company's words, and which of them a customer has."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import Text
from crm.api.pages import page_of
from crm.api.query import PAGING
from crm.api.schema import CURSOR, LIMIT, problems
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from crm.paging import Ordering
from customers.api.part_serializers import TagOut
from customers.models import Tag
from customers.selectors.customer_record import read_customer
from customers.services.customer_fields import LENGTHS
from customers.services.tags import MOST_TAGS, set_tags

BY_NAME = Ordering("name", "name")


class TagsOut(serializers.Serializer[Any]):
    """All tags of a customer, by name."""

    results = TagOut(many=True)


class TagsIn(Strict):
    """The tags that the customer has from now on, by their names."""

    tags = serializers.ListField(
        child=Text(max_length=LENGTHS["tags"]), allow_empty=True, max_length=MOST_TAGS
    )


class Tags(ApiView):
    """The company's tags."""

    scopes = {"get": "customers:read"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_tags", parameters=[CURSOR, LIMIT], responses=paged(TagOut, "TagPage")
    )
    def get(self, request: Request) -> Response:
        """All of them, by name."""
        return page_of(request, Tag.objects.all(), ordering=BY_NAME, show=_tags)


class CustomerTags(ApiView):
    """The tags of a customer."""

    scopes = {"get": "customers:read", "put": "customers:write"}

    @extend_schema(operation_id="list_customer_tags", responses=TagsOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """All of them."""
        record = read_customer(actor=self.actor, customer_id=customer_id, parts=("tags",))
        return Response({"results": record.parts["tags"]})

    @extend_schema(
        operation_id="set_customer_tags", request=TagsIn, responses={200: TagsOut, **problems(409)}
    )
    def put(self, request: Request, customer_id: UUID) -> Response:
        """Exactly these from now on. New words are made; upper and lower case are one."""
        reader = TagsIn(data=request.data)
        reader.is_valid(raise_exception=True)
        tags = set_tags(
            actor=self.actor, customer_id=customer_id, names=reader.validated_data["tags"]
        )
        return Response({"results": _tags(tags)})


def _tags(rows: Sequence[Tag]) -> Any:
    return TagOut(rows, many=True).data
