"""Branches and staff: what other systems need to name them."""

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
from crm.models import Branch, StaffMember
from crm.paging import Ordering

BY_NAME = Ordering("name", "name")
BY_DISPLAY_NAME = Ordering("display_name", "display_name")


class BranchOut(serializers.Serializer[Any]):
    """A branch."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()


class StaffOut(serializers.Serializer[Any]):
    """A member of staff; logins and addresses stay inside."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()
    role = serializers.CharField()
    branch_id = serializers.UUIDField(allow_null=True, help_text="null: all branches.")
    is_active = serializers.BooleanField()


class CompanyOut(serializers.Serializer[Any]):
    """The company that a key belongs to."""

    name = serializers.CharField()
    slug = serializers.CharField()
    time_zone = serializers.CharField()
    currency = serializers.CharField()
    default_region = serializers.CharField()


class MeOut(serializers.Serializer[Any]):
    """What a key is and may do."""

    company = CompanyOut()
    acts_as = serializers.CharField(help_text="The name that stands in the audit trail.")
    staff_id = serializers.UUIDField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField())
    branch_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_null=True, help_text="null: all branches."
    )
    requests_per_minute = serializers.IntegerField()


class Me(ApiView):
    """The key that calls."""

    @extend_schema(operation_id="read_me", responses=MeOut)
    def get(self, request: Request) -> Response:
        """Whose key this is and what it may do: a first call to try a key with."""
        actor, caller = self.actor, self.caller
        return Response(
            {
                "company": CompanyOut(actor.company).data,
                "acts_as": actor.name,
                "staff_id": actor.staff.pk if actor.staff else None,
                "scopes": sorted(caller.scopes),
                "branch_ids": None if actor.branch_ids is None else sorted(actor.branch_ids),
                "requests_per_minute": caller.requests_per_minute,
            }
        )


class Branches(ApiView):
    """The branches of the company."""

    scopes = {"get": "staff:read"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_branches",
        parameters=[CURSOR, LIMIT],
        responses=paged(BranchOut, "BranchPage"),
    )
    def get(self, request: Request) -> Response:
        """All branches, by name."""
        return page_of(request, Branch.objects.all(), ordering=BY_NAME, show=_branches)


class Staff(ApiView):
    """The people of the company."""

    scopes = {"get": "staff:read"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_staff",
        parameters=[CURSOR, LIMIT],
        responses=paged(StaffOut, "StaffPage"),
    )
    def get(self, request: Request) -> Response:
        """All staff, by name; those who left are marked inactive."""
        return page_of(request, StaffMember.objects.all(), ordering=BY_DISPLAY_NAME, show=_staff)


def _branches(rows: Sequence[Branch]) -> Any:
    return BranchOut(rows, many=True).data


def _staff(rows: Sequence[StaffMember]) -> Any:
    return StaffOut(rows, many=True).data
