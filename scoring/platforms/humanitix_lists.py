"""Lists of Humanitix' API: `page` is required, at most a hundred objects a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.json_api import ApiUnavailable, JsonApi
from scoring.platforms.answers import objects_of, whole_number, written

PAGE_SIZE = 100
MOST_PAGES = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """One page: its number, its objects, how many there are in all where that is told."""

    number: int
    items: list[Mapping[str, Any]]
    total: int | None
    is_last: bool


def pages_of(
    api: JsonApi,
    path: str,
    name: str,
    *,
    since: datetime | None = None,
    first_page: int = 1,
) -> Iterator[ListPage]:
    """A list page by page. Raises ApiError."""
    for page in range(first_page, MOST_PAGES):
        query: dict[str, str | int] = {"page": page, "pageSize": PAGE_SIZE}
        if since is not None:
            query["since"] = written(since)
        answer = api.get(path, query)
        items = objects_of(answer, name)
        if items is None:
            raise ApiUnavailable(f"{api.name} answered without a list of {name}.")
        total = whole_number(answer.get("total"))
        size = whole_number(answer.get("pageSize")) or PAGE_SIZE
        is_last = not items or (len(items) < size if total is None else page * size >= total)
        yield ListPage(number=page, items=items, total=total, is_last=is_last)
        if is_last:
            return
    raise ApiUnavailable(f"{api.name} has more than {MOST_PAGES} pages of {name}.")
