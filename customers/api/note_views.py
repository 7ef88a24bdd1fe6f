"""What was written down about a customer."""

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
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from customers.api.history_output import NEWEST, owner_of_list
from customers.models import Note
from customers.services.notes import NOTE_LENGTH, add_note


class NoteOut(serializers.Serializer[Any]):
    """A remark; it is never changed."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    author_name = serializers.CharField()
    author_id = serializers.UUIDField(allow_null=True, help_text="null: another system.")
    created_at = serializers.DateTimeField()


class NewNote(Strict):
    """A remark."""

    text = Text(max_length=NOTE_LENGTH)


class Notes(ApiView):
    """The notes about a customer."""

    scopes = {"get": "customers:read", "post": "customers:write"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_notes", parameters=[CURSOR, LIMIT], responses=paged(NoteOut, "NotePage")
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """The newest first."""
        owner_id = owner_of_list(actor=self.actor, customer_id=customer_id)
        rows = Note.objects.filter(customer_id=owner_id)
        return page_of(request, rows, ordering=NEWEST, show=_notes)

    @extend_schema(operation_id="add_note", request=NewNote, responses={201: NoteOut})
    def post(self, request: Request, customer_id: UUID) -> Response:
        """Write one down, under the name of the key or of its owner."""
        reader = NewNote(data=request.data)
        reader.is_valid(raise_exception=True)
        note = add_note(actor=self.actor, customer_id=customer_id, **reader.validated_data)
        return Response(NoteOut(note).data, status=201)


def _notes(rows: Sequence[Note]) -> Any:
    return NoteOut(rows, many=True).data
