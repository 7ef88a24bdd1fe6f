"""What the pages of lists have in common: links to the next page, counts, tabs."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict

from crm.paging import Page

CAP = 1000


def page_links(request: HttpRequest, page: Page[Any]) -> dict[str, str]:
    """`previous_url` and `next_url` with the filters kept; empty at the ends."""
    return {
        "previous_url": _with_cursor(request, page.previous_cursor),
        "next_url": _with_cursor(request, page.next_cursor),
    }


def _with_cursor(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


def query_of(request: HttpRequest) -> str:
    """The filters and the order as a query, for a page that takes the same list; no page of it."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return f"?{query.urlencode()}" if query else ""


def count_of(total: int, *, shown: int) -> str:
    """“50 of 1,000+”: counted no further than the cap, because nobody reads further."""
    whole = f"{CAP:,}+" if total > CAP else f"{total:,}"
    return whole if shown >= total else f"{shown:,} of {whole}"


def tabs_of(request: HttpRequest, tabs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Ready-made filters as tabs; the one that is on is marked."""
    now = {name: value for name, value in request.GET.items() if value and name != "cursor"}
    return [
        {
            "label": label,
            "url": f"{request.path}?{query}" if query else request.path,
            "current": dict(QueryDict(query).items()) == now,
        }
        for label, query in tabs
    ]
