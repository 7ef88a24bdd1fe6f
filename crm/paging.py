"""Keyset paging: any depth costs the same, and rows never repeat or go missing between pages.

A cursor names the ordering and the id of the last row seen, signed. It holds no value of the row,
so no personal data stands in a URL; the row's sort key is read again when the page is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import F, Model, OrderBy, Q, QuerySet

from crm.errors import InvalidInput

Row = TypeVar("Row", bound=Model)
SALT = "crm.paging"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


@dataclass(frozen=True)
class Ordering:
    """A closed way to sort a list: one column that is null in no row of the list, then the id.

    `nulls_last` says that the index behind it was declared so; without the word a descending order
    would not be found in it.
    """

    name: str
    field: str
    descending: bool = False
    nulls_last: bool = False

    def sorting(self, backwards: bool) -> tuple[OrderBy | str, str]:
        """What `order_by` takes."""
        descending = self.descending is not backwards
        sign = "-" if descending else ""
        if not self.nulls_last:
            return f"{sign}{self.field}", f"{sign}pk"
        key = F(self.field)
        by_key = key.desc(nulls_last=True) if descending else key.asc(nulls_first=True)
        return by_key, f"{sign}pk"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the pages around them (empty at the ends)."""

    rows: Sequence[Row]
    next_cursor: str
    previous_cursor: str


def paginate(
    rows: QuerySet[Row], *, ordering: Ordering, cursor: str = "", size: int = PAGE_SIZE
) -> Page[Row]:
    """One page of `rows` behind (or before) the cursor.

    Raises InvalidInput when the cursor was not made for this ordering by this system.
    """
    size = max(1, min(size, MAX_PAGE_SIZE))
    backwards, after = False, None
    if cursor:
        backwards, row_id = _read_cursor(cursor, ordering)
        after = _sort_key(rows, ordering, row_id)
    descending = ordering.descending is not backwards
    page = rows if after is None else rows.filter(_beyond(ordering.field, after, descending))
    found = list(page.order_by(*ordering.sorting(backwards))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = more if not backwards else bool(cursor)
    has_previous = bool(cursor) if not backwards else more
    return Page(
        rows=found,
        next_cursor=_make_cursor(ordering, found[-1], False) if found and has_next else "",
        previous_cursor=_make_cursor(ordering, found[0], True) if found and has_previous else "",
    )


def _beyond(field: str, after: tuple[Any, Any], descending: bool) -> Q:
    """(field, pk) beyond `after`, written so that an index range on the field begins the scan."""
    op = "lt" if descending else "gt"
    key, pk = after
    return Q(**{f"{field}__{op}e": key}) & (Q(**{f"{field}__{op}": key}) | Q(**{f"pk__{op}": pk}))


def _make_cursor(ordering: Ordering, row: Model, backwards: bool) -> str:
    return signing.dumps([ordering.name, int(backwards), str(row.pk)], salt=SALT)


def _read_cursor(cursor: str, ordering: Ordering) -> tuple[bool, str]:
    try:
        name, backwards, row_id = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _bad_cursor() from error
    if name != ordering.name:
        raise _bad_cursor()
    return bool(backwards), row_id


def _sort_key(rows: QuerySet[Row], ordering: Ordering, row_id: str) -> tuple[Any, Any]:
    # The row may have left the filter since: look it up among all rows of the company.
    try:
        key, pk = rows.model._default_manager.values_list(ordering.field, "pk").get(pk=row_id)
    except (ObjectDoesNotExist, ValidationError) as error:
        raise _bad_cursor() from error
    if key is None:  # the row no longer has what the list is sorted by
        raise _bad_cursor()
    return key, pk


def _bad_cursor() -> InvalidInput:
    return InvalidInput(
        "This page link is damaged or out of date. Start again from the first page.",
        code="bad_cursor",
    )
