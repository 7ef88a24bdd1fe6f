"""Exports of everything the company owns, as jobs: start, watch, fetch, stop."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING
from crm.api.schema import CURSOR, LIMIT, problems
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from crm.api.whole_company import require_whole_company
from crm.models import ExportJob, ExportState
from crm.services.exports import (
    get_export,
    list_exports,
    open_export,
    start_export,
    stop_export,
)
from crm.web.downloads import Download, parts_of


class ExportOut(serializers.Serializer[Any]):
    """One zip of all rows, and how far it is."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(ExportState.choices)
    rows_done = serializers.IntegerField()
    rows_total = serializers.IntegerField(allow_null=True, help_text="null until it is counted.")
    file_bytes = serializers.IntegerField(allow_null=True)
    file = serializers.URLField(allow_null=True, help_text="Where the zip is, while it is kept.")
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When the zip is removed.")


class NoOptions(Strict):
    """An empty object, or no body at all."""


class ZipRenderer(JSONRenderer):
    """Lets in who asks for a zip; the file is no JSON, and what is refused is a problem."""

    media_type = "application/zip"
    format = "zip"


class Exports(ApiView):
    """The exports of the company."""

    scopes = {"get": "exports:write", "post": "exports:write"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_exports",
        parameters=[CURSOR, LIMIT],
        responses=paged(ExportOut, "ExportPage"),
    )
    def get(self, request: Request) -> Response:
        """Exports, newest first."""
        require_whole_company(self.actor)
        page = page_asked(request)
        found = list_exports(actor=self.actor, cursor=page.cursor, size=page.limit)
        return page_response(
            request,
            export_rows(request, found.rows),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )

    @extend_schema(
        operation_id="start_export",
        request=NoOptions,
        responses={202: OpenApiResponse(ExportOut, description="A worker makes the zip.")},
    )
    def post(self, request: Request) -> Response:
        """Ask for a zip of everything. One at a time (409 `export_running`, `export_id`)."""
        require_whole_company(self.actor)
        NoOptions().run_validation(request.data)
        job = start_export(actor=self.actor)
        address = reverse("api:export", [job.pk], request=request)
        return Response(export_row(request, job), status=202, headers={"Location": address})


class OneExport(ApiView):
    """One export."""

    scopes = {"get": "exports:write"}

    @extend_schema(operation_id="get_export", responses=ExportOut)
    def get(self, request: Request, export_id: UUID) -> Response:
        """How far it is."""
        require_whole_company(self.actor)
        return Response(export_row(request, get_export(actor=self.actor, export_id=export_id)))


class ExportStop(ApiView):
    """An export that nobody wants any more."""

    scopes = {"post": "exports:write"}

    @extend_schema(operation_id="stop_export", request=NoOptions, responses={200: ExportOut})
    def post(self, request: Request, export_id: UUID) -> Response:
        """Let the worker stop; nothing is kept. One that has ended is a conflict (409)."""
        require_whole_company(self.actor)
        NoOptions().run_validation(request.data)
        return Response(export_row(request, stop_export(actor=self.actor, export_id=export_id)))


class ExportFile(ApiView):
    """The zip of an export."""

    scopes = {"get": "exports:write"}
    renderer_classes = (JSONRenderer, ZipRenderer)

    @extend_schema(
        operation_id="fetch_export",
        responses={
            (200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, description="The zip."),
            **problems(409),
        },
    )
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """The file, which is audited. While there is none: 409 `no_file`."""
        require_whole_company(self.actor)
        job, file = open_export(actor=self.actor, export_id=export_id)
        name = f"{self.actor.company.slug}-everything-{job.created_at:%Y-%m-%d}.zip"
        answer = Download(parts_of(file), file_name=name)
        answer.headers["Content-Length"] = str(job.file_bytes)
        return answer


def export_row(request: Request, job: ExportJob) -> dict[str, Any]:
    """What `ExportOut` documents."""
    return {
        "id": job.pk,
        "state": job.state,
        "rows_done": job.rows_done,
        "rows_total": job.rows_total,
        "file_bytes": job.file_bytes,
        "file": reverse("api:export-file", [job.pk], request=request) if job.stored_as else None,
        "error": job.error,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "expires_at": job.expires_at,
    }


def export_rows(request: Request, jobs: Sequence[ExportJob]) -> list[dict[str, Any]]:
    """The exports of a page."""
    return [export_row(request, job) for job in jobs]
