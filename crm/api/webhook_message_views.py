"""What endpoints were told: the log, tests, and sending again."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import paged
from crm.api.webhook_rows import (
    MessageOut,
    MessageQuery,
    Replayed,
    Span,
    message_row,
    message_rows,
)
from crm.api.webhook_views import SCOPE, Nothing, WebhookView
from crm.selectors.webhooks import get_message, list_messages
from crm.services.webhook_replay import replay_events, replay_message, send_test


class WebhookMessages(WebhookView):
    """The log of one endpoint."""

    scopes = {"get": SCOPE}
    parameters = {"get": (*PAGING, *names_of(MessageQuery))}

    @extend_schema(
        operation_id="list_webhook_messages",
        parameters=[MessageQuery, CURSOR, LIMIT],
        responses=paged(MessageOut, "MessagePage"),
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Messages, newest first."""
        wanted, page = asked(request, MessageQuery), page_asked(request)
        found = list_messages(
            actor=self.actor,
            endpoint_id=endpoint_id,
            state=wanted.get("state", ""),
            cursor=page.cursor,
            size=page.limit,
        )
        return page_response(
            request,
            message_rows(found.rows),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )


class WebhookTest(WebhookView):
    """A trial."""

    scopes = {"post": SCOPE}

    @extend_schema(
        operation_id="test_webhook_endpoint",
        request=Nothing,
        responses={202: OpenApiResponse(MessageOut, description="It is on its way.")},
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send a `test.ping` once, also to an endpoint that is paused."""
        Nothing().run_validation(request.data)
        message = send_test(actor=self.actor, endpoint_id=endpoint_id)
        return Response(message_row(message), status=202)


class WebhookReplay(WebhookView):
    """Events of a time, once more."""

    scopes = {"post": SCOPE}

    @extend_schema(
        operation_id="replay_webhook_events",
        request=Span,
        responses={202: OpenApiResponse(Replayed, description="They are on their way.")},
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send the events of a time again, with the ids they had; 5,000 at most."""
        values = Span().run_validation(request.data)
        count = replay_events(actor=self.actor, endpoint_id=endpoint_id, **values)
        return Response({"messages": count}, status=202)


class OneWebhookMessage(WebhookView):
    """One message."""

    scopes = {"get": SCOPE}

    @extend_schema(operation_id="get_webhook_message", responses=MessageOut)
    def get(self, request: Request, message_id: UUID) -> Response:
        """How its sending went."""
        return Response(message_row(get_message(actor=self.actor, message_id=message_id)))


class WebhookMessageReplay(WebhookView):
    """One message, once more."""

    scopes = {"post": SCOPE}

    @extend_schema(
        operation_id="replay_webhook_message",
        request=Nothing,
        responses={202: OpenApiResponse(MessageOut, description="It is on its way.")},
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Send it again with the id it had; one that waits is tried at once."""
        Nothing().run_validation(request.data)
        message = replay_message(actor=self.actor, message_id=message_id)
        return Response(message_row(message), status=202)
