"""The base of every endpoint: one transaction, one company, one way to refuse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.actors import Actor
from crm.api import idempotency
from crm.api.authentication import Caller
from crm.api.query import refuse_unknown
from crm.api.throttle import Allowance
from crm.errors import Forbidden
from crm.services.api_keys import note_use

SAFE = ("GET", "HEAD")
BODIED = ("post", "put", "patch")


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """An endpoint that will go: since when it should not be used (RFC 9745), and when it goes
    (RFC 8594), in UTC."""

    since: date
    sunset: date

    def headers(self) -> dict[str, str]:
        """As every answer tells it."""
        since, sunset = (
            int(datetime.combine(day, time.min, UTC).timestamp())
            for day in (self.since, self.sunset)
        )
        return {"Deprecation": f"@{since}", "Sunset": http_date(sunset)}


class ApiView(APIView):
    """An endpoint. `scopes` names what a key needs for each method, such as {"get": "leads:read"};
    several are separated by spaces.

    `parameters` are the query parameters that each method knows; any other is refused. The whole
    request is one transaction of the caller's company, taken back when we fail (5xx); a view calls
    one service, which is whole or did nothing.
    """

    scopes: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[Mapping[str, Iterable[str]]] = {}
    deprecation: ClassVar[Deprecation | None] = None
    allowance: Allowance | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle the request in a transaction; the answer is rendered within it."""
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response) and not response.is_rendered:
                response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in a known key with the scope, and refuse parameters that nobody knows."""
        super().initial(request, *args, **kwargs)
        caller = request.user
        if not isinstance(caller, Caller):
            raise NotAuthenticated("Send an API key as “Authorization: Bearer <key>”.")
        note_use(key_id=caller.key_id, last_used_at=caller.last_used_at)
        method = (request.method or "").lower()
        handler = getattr(self, method, None)
        if handler is None:
            return  # 405 says what is possible
        for needed in self.scopes.get("get" if method == "head" else method, "").split():
            if needed not in caller.scopes:
                raise Forbidden(
                    f"This needs the scope “{needed}”, which the key does not have.",
                    code="insufficient_scope",
                )
        refuse_unknown(request, self.parameters.get("get" if method == "head" else method, ()))
        if method in BODIED:
            # What cannot be read is told before anything else is looked at; the bytes are kept.
            _ = request._request.body, request.data
        if method == "post" and idempotency.HEADER in request.headers:
            setattr(self, method, partial(self._once, handler))

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """What every answer tells: how much may still be asked, and that it is for one key."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.deprecation is not None:
            for name, value in self.deprecation.headers().items():
                response[name] = value
        if self.allowance is not None:
            for name, value in self.allowance.headers().items():
                response[name] = value
        if "Cache-Control" not in response:
            response["Cache-Control"] = (
                "private, no-cache" if request.method in SAFE else "no-store"
            )
        patch_vary_headers(response, ["Authorization"])
        return response

    @property
    def actor(self) -> Actor:
        """Who acts, for the services."""
        return self.caller.actor

    @property
    def caller(self) -> Caller:
        """Whose key it is."""
        assert isinstance(self.request.user, Caller)  # `initial` lets in nobody else
        return self.request.user

    def _once(self, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        def handle() -> Response:
            try:
                response = handler(request, *args, **kwargs)
            except Exception as error:
                response = self.handle_exception(error)
            return self.finalize_response(request, response, *args, **kwargs).render()

        return idempotency.once(
            request, company_id=self.actor.company.pk, key_id=self.caller.key_id, handle=handle
        )


class Nowhere(APIView):
    """Any address below /api/ that is none: 404 as a problem, to everybody the same."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Every method ends here."""
        raise Http404
