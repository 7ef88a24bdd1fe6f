"""Where leads come from: what other systems need to name a source."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.pages import page_of
from crm.api.query import PAGING
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import paged
from crm.api.views import ApiView
from crm.paging import Ordering
from leads.models import LeadSource
from leads.models.source import SourceKind

BY_NAME = Ordering("name", "name")


class LeadSourceOut(serializers.Serializer[Any]):
    """A source and its sub-source."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    sub_source = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)
    is_active = serializers.BooleanField()


class LeadSources(ApiView):
    """The sources of the company."""

    scopes = {"get": "staff:read"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_lead_sources",
        parameters=[CURSOR, LIMIT],
        responses=paged(LeadSourceOut, "LeadSourcePage"),
    )
    def get(self, request: Request) -> Response:
        """All sources, by name; new leads take active ones only."""
        return page_of(request, LeadSource.objects.all(), ordering=BY_NAME, show=_sources)


def _sources(rows: Sequence[LeadSource]) -> Any:
    return LeadSourceOut(rows, many=True).data
