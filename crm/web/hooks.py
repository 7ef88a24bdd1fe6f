"""The door of other systems: `/hooks/<source key>/<secret>/…`, any method that carries something.

No session and no login: who knows the path may send. The tenant is the source's company.
"""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crm.errors import CrmError, InvalidInput
from crm.inbox.outcomes import BodyTooLarge
from crm.inbox.request import InboundRequest
from crm.inbox.throttle import count_request
from crm.services.inbound_receiving import open_source, receive

# With and without a slash at the end: a redirect would lose the body.
PATH = r"^hooks/(?P<key>[0-9a-z]+)/(?P<secret>[^/]+)(?:/(?P<rest>[\s\S]*))?$"
LONGEST_REST = 2000
LONGEST_CONTENT_TYPE = 200


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST", "PUT"])
def receive_hook(
    request: HttpRequest, key: str, secret: str, rest: str | None = None
) -> HttpResponse:
    """Store what was sent, and answer 2xx when it is stored."""
    try:
        source = open_source(key=key, secret=secret)
        count_request(source)
        answer = receive(
            source=source, request=_as_inbound(request, rest or "", source.max_body_bytes)
        )
    except CrmError as error:
        refusal = JsonResponse({"error": error.message, "code": error.code}, status=error.status)
        if "retry_after" in error.details:
            refusal.headers["Retry-After"] = str(error.details["retry_after"])
        return refusal
    return HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)


def _as_inbound(request: HttpRequest, rest: str, most_bytes: int) -> InboundRequest:
    """The raw request. Raises BodyTooLarge before anything of a large body is kept."""
    path_rest = quote(rest)
    if len(path_rest) > LONGEST_REST:
        raise InvalidInput("The path is too long.", code="path_too_long")
    return InboundRequest(
        method=request.method or "",
        received_at=timezone.now(),
        path_rest=path_rest,
        query=request.META.get("QUERY_STRING", "").encode("latin-1", errors="replace"),
        headers={name.lower(): value for name, value in request.headers.items()},
        content_type=(request.content_type or "").replace("\x00", "")[:LONGEST_CONTENT_TYPE],
        body=_body(request, most_bytes),
    )


def _body(request: HttpRequest, most_bytes: int) -> bytes:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    too_large = BodyTooLarge(f"The body may have at most {most_bytes} bytes.")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise too_large
    try:
        body = request.read(most_bytes + 1)
    except UnreadablePostError as error:
        raise InvalidInput("The body ended too early.", code="body_incomplete") from error
    if len(body) > most_bytes:
        raise too_large
    return body
