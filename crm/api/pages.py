"""Lists in pages: `results` with `next` and `previous`, told in Link headers too (RFC 8288)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.paging import MAX_PAGE_SIZE, PAGE_SIZE, Ordering, paginate

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class PageAsked:
    """What the caller wants to see of a list."""

    cursor: str
    limit: int


def page_asked(request: Request) -> PageAsked:
    """`cursor` and `limit` of a request. Raises ValidationError at `limit`."""
    text = request.query_params.get("limit", "")
    limit = PAGE_SIZE
    if text:
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MAX_PAGE_SIZE:
            raise ValidationError({"limit": [f"A whole number from 1 to {MAX_PAGE_SIZE}."]})
        limit = int(text)
    return PageAsked(cursor=request.query_params.get("cursor", ""), limit=limit)


def page_of(
    request: Request,
    rows: QuerySet[Row],
    *,
    ordering: Ordering,
    show: Callable[[Sequence[Row]], Sequence[Any]],
) -> Response:
    """One page of the rows. Raises InvalidInput `bad_cursor`, ValidationError."""
    asked = page_asked(request)
    page = paginate(rows, ordering=ordering, cursor=asked.cursor, size=asked.limit)
    return page_response(
        request, show(page.rows), next_cursor=page.next_cursor, previous_cursor=page.previous_cursor
    )


def page_response(
    request: Request, results: Sequence[Any], *, next_cursor: str, previous_cursor: str = ""
) -> Response:
    """The answer that holds a page."""
    links = {
        "next": _link(request, next_cursor),
        "previous": _link(request, previous_cursor),
    }
    response = Response({"results": results, **links})
    told = [f'<{url}>; rel="{rel[:4]}"' for rel, url in links.items() if url]
    if told:
        response["Link"] = ", ".join(told)
    return response


def _link(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    kept = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**kept, 'cursor': cursor})}")
