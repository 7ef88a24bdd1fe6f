"""Who is told of changes: endpoints, their secrets, pausing and resuming them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from crm.api.idempotency import AnswerWithSecret
from crm.api.pages import page_response
from crm.api.schema import problems
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from crm.api.webhook_rows import (
    EndpointChanges,
    EndpointOut,
    EndpointWithSecret,
    NewEndpoint,
    Resumption,
    Rotation,
    endpoint_row,
)
from crm.api.whole_company import require_whole_company
from crm.models import WebhookEndpoint
from crm.selectors.webhooks import get_endpoint, list_endpoints
from crm.services.webhook_endpoints import (
    OVERLAP,
    create_endpoint,
    edit_endpoint,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
)

SCOPE = "webhooks:write"
NEW = OpenApiExample(
    "All leads, and merged customers",
    {
        "name": "Our app",
        "url": "https://app.example.com/hooks/switchboard",
        "event_types": ["lead.*", "customer.merged"],
    },
    request_only=True,
)


class Nothing(Strict):
    """An empty object, or no body at all."""


class WebhookView(ApiView):
    """Endpoints are told of the whole company."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Keys that are limited to branches are refused."""
        super().initial(request, *args, **kwargs)
        require_whole_company(self.actor)


class WebhookEndpoints(WebhookView):
    """The endpoints of the company."""

    scopes = {"get": SCOPE, "post": SCOPE}

    @extend_schema(
        operation_id="list_webhook_endpoints", responses=paged(EndpointOut, "EndpointPage")
    )
    def get(self, request: Request) -> Response:
        """All endpoints by name; a company has 20 at most, so there is one page."""
        found = [endpoint_row(endpoint) for endpoint in list_endpoints(actor=self.actor)]
        return page_response(request, found, next_cursor="")

    @extend_schema(
        operation_id="create_webhook_endpoint",
        request=NewEndpoint,
        examples=[NEW],
        responses={201: EndpointWithSecret},
    )
    def post(self, request: Request) -> Response:
        """A new endpoint. Keep the secret: it signs (Standard Webhooks) and is shown this once."""
        values = NewEndpoint().run_validation(request.data)
        endpoint, secret = create_endpoint(actor=self.actor, **values)
        response = _with_secret(endpoint, secret, status=201)
        response["Location"] = reverse("api:webhook-endpoint", [endpoint.pk], request=request)
        return response


class OneWebhookEndpoint(WebhookView):
    """One endpoint."""

    scopes = {"get": SCOPE, "patch": SCOPE, "delete": SCOPE}

    @extend_schema(operation_id="get_webhook_endpoint", responses=EndpointOut)
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Where it stands."""
        return Response(endpoint_row(get_endpoint(actor=self.actor, endpoint_id=endpoint_id)))

    @extend_schema(
        operation_id="edit_webhook_endpoint",
        request=EndpointChanges,
        responses={200: EndpointOut, **problems(409)},
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Change what is given; what waits already goes to the new address."""
        values = EndpointChanges().run_validation(request.data)
        endpoint = edit_endpoint(actor=self.actor, endpoint_id=endpoint_id, **values)
        return Response(endpoint_row(endpoint))

    @extend_schema(
        operation_id="remove_webhook_endpoint",
        responses={204: OpenApiResponse(description="Nothing is sent to it any more.")},
    )
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Take it out for good; its log is kept."""
        remove_endpoint(actor=self.actor, endpoint_id=endpoint_id)
        return Response(status=204)


class WebhookPause(WebhookView):
    """An endpoint that shall wait."""

    scopes = {"post": SCOPE}

    @extend_schema(
        operation_id="pause_webhook_endpoint", request=Nothing, responses={200: EndpointOut}
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send nothing until it is resumed; its place in the stream is kept."""
        Nothing().run_validation(request.data)
        endpoint = pause_endpoint(actor=self.actor, endpoint_id=endpoint_id)
        return Response(endpoint_row(endpoint))


class WebhookResumption(WebhookView):
    """An endpoint that goes on."""

    scopes = {"post": SCOPE}

    @extend_schema(
        operation_id="resume_webhook_endpoint", request=Resumption, responses={200: EndpointOut}
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send again, from where it stopped or from now on."""
        values = Resumption().run_validation(request.data)
        endpoint = resume_endpoint(actor=self.actor, endpoint_id=endpoint_id, **values)
        return Response(endpoint_row(endpoint))


class WebhookSecret(WebhookView):
    """The secret of an endpoint."""

    scopes = {"post": SCOPE}

    @extend_schema(
        operation_id="rotate_webhook_secret",
        request=Rotation,
        responses={200: EndpointWithSecret},
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """A new secret, shown this once. The present one signs beside it for a while."""
        values = Rotation().run_validation(request.data)
        hours = values.get("overlap_hours")
        endpoint, secret = rotate_secret(
            actor=self.actor,
            endpoint_id=endpoint_id,
            overlap=OVERLAP if hours is None else timedelta(hours=hours),
        )
        return _with_secret(endpoint, secret, status=200)


def _with_secret(endpoint: WebhookEndpoint, secret: str, *, status: int) -> Response:
    return AnswerWithSecret(endpoint_row(endpoint), secret=secret, status=status)
