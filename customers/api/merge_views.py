"""Merging customers, and undoing merges."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actors import Actor
from crm.api.fields import Count, Id, Text
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, LIMIT, problems
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from customers.api.merge_output import (
    MergeDetailOut,
    MergeOut,
    MergePreviewOut,
    UndoPreviewOut,
    counts_data,
    merge_data,
    preview_data,
    undo_data,
)
from customers.merging.participants import MOST
from customers.models.merge import MergeOrigin, MergeState
from customers.selectors.merge_history import merge_detail, merge_list
from customers.selectors.merge_preview import preview_merge
from customers.selectors.undo_preview import preview_undo
from customers.services.customer_fields import LENGTHS
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge


class MergeFilters(serializers.Serializer[Any]):
    """What the list is narrowed to."""

    state = serializers.ChoiceField(MergeState.choices, required=False)
    origin = serializers.ChoiceField(MergeOrigin.choices, required=False)


class PreviewIn(Strict):
    """The records; without `survivor_id` the one with most linked rows stays."""

    customer_ids = serializers.ListField(child=Id(), min_length=2, max_length=MOST)
    survivor_id = Id(required=False)
    choices = serializers.DictField(
        child=Text(max_length=60), required=False, help_text="By field the id whose value is taken."
    )
    solutions = serializers.DictField(
        child=Text(max_length=200), required=False, help_text="By the key of a conflict."
    )


class MergeIn(Strict):
    """The record that stays, and those that it takes in."""

    survivor_id = Id()
    merged_ids = serializers.ListField(child=Id(), min_length=1, max_length=MOST - 1)
    versions = serializers.DictField(
        child=Count(min_value=1, max_value=2**31 - 1),
        required=False,
        help_text="By record id the version that was seen; 409 stale when one has changed.",
    )
    choices = serializers.DictField(child=Text(max_length=60), required=False)
    solutions = serializers.DictField(child=Text(max_length=200), required=False)
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)

    def validate_versions(self, versions: dict[str, int]) -> dict[UUID, int]:
        """By UUIDs. Raises ValidationError for a name that is none."""
        return {Id().run_validation(name): version for name, version in versions.items()}


class UndoIn(Strict):
    """Answers to what changed since, by the keys of the preview."""

    goes_to = serializers.DictField(child=Text(max_length=200), required=False)
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)


class Merges(ApiView):
    """All merges."""

    scopes = {"get": "merges:write", "post": "merges:write"}
    parameters = {"get": (*PAGING, *names_of(MergeFilters))}

    @extend_schema(
        operation_id="list_merges",
        parameters=[CURSOR, LIMIT, MergeFilters],
        responses=paged(MergeOut, "MergePage"),
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        wanted = page_asked(request)
        page = merge_list(
            actor=self.actor,
            filters=asked(request, MergeFilters),
            cursor=wanted.cursor,
            size=wanted.limit,
        )
        return page_response(
            request,
            [
                merge_data(one, [record.customer for record in one.taken_in])  # type: ignore[attr-defined]
                for one in page.rows
            ],
            next_cursor=page.next_cursor,
            previous_cursor=page.previous_cursor,
        )

    @extend_schema(
        operation_id="merge_customers",
        request=MergeIn,
        responses={201: MergeDetailOut, **problems(404)},
    )
    def post(self, request: Request) -> Response:
        """Let one record take in others, with everything that is theirs. It can be undone.

        409: `stale`, `merged`, `deleted`, or `unsolved` for an answer that is no option.
        """
        reader = MergeIn(data=request.data)
        reader.is_valid(raise_exception=True)
        values = reader.validated_data
        merge = merge_customers(
            actor=self.actor,
            survivor_id=values["survivor_id"],
            others=values["merged_ids"],
            versions=values.get("versions", {}),
            choices=values.get("choices", {}),
            solutions=values.get("solutions", {}),
            reason=values.get("reason", ""),
            origin=MergeOrigin.PERSON if self.actor.staff else MergeOrigin.SYSTEM,
        )
        response = Response(_detail(self.actor, merge.pk), status=201)
        response["Location"] = f"/api/v1/merges/{merge.pk}"
        return response


class MergePreview(ApiView):
    """Looking before merging."""

    scopes = {"post": "merges:write"}

    @extend_schema(
        operation_id="preview_merge",
        request=PreviewIn,
        responses={200: MergePreviewOut, **problems(404)},
    )
    def post(self, request: Request) -> Response:
        """What merging these would do; nothing is written."""
        reader = PreviewIn(data=request.data)
        reader.is_valid(raise_exception=True)
        return Response(preview_data(preview_merge(actor=self.actor, **reader.validated_data)))


class OneMerge(ApiView):
    """A merge."""

    scopes = {"get": "merges:write"}

    @extend_schema(operation_id="read_merge", responses=MergeDetailOut)
    def get(self, request: Request, merge_id: UUID) -> Response:
        """The merge, its records, and what moved."""
        return Response(_detail(self.actor, merge_id))


class MergeUndoPreview(ApiView):
    """Looking before undoing."""

    scopes = {"get": "merges:write"}

    @extend_schema(operation_id="preview_undo", responses=UndoPreviewOut)
    def get(self, request: Request, merge_id: UUID) -> Response:
        """What undoing would do, and what people changed since; nothing is written."""
        return Response(undo_data(preview_undo(actor=self.actor, merge_id=merge_id)))


class MergeUndo(ApiView):
    """Undoing a merge."""

    scopes = {"post": "merges:write"}

    @extend_schema(operation_id="undo_merge", request=UndoIn, responses={200: MergeDetailOut})
    def post(self, request: Request, merge_id: UUID) -> Response:
        """Give every row back; the records are no duplicates from now on."""
        reader = UndoIn(data=request.data)
        reader.is_valid(raise_exception=True)
        undo_merge(actor=self.actor, merge_id=merge_id, **reader.validated_data)
        return Response(_detail(self.actor, merge_id))


def _detail(actor: Actor, merge_id: UUID) -> dict[str, Any]:
    detail = merge_detail(actor=actor, merge_id=merge_id)
    return {
        **merge_data(detail.merge, [record.customer for record in detail.records]),
        "moves": counts_data(detail.moves),
    }
