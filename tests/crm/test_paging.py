"""Keyset paging."""

import functools
import operator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.paging import Ordering, Page, paginate
from customers.models import Tag
from tests.worlds import World

BY_NAME = Ordering("name", "name")
BY_NAME_BACK = Ordering("-name", "name", descending=True)
FIXTURES_ONCE = [HealthCheck.function_scoped_fixture]


def make_tags(world: World, names: list[str]) -> None:
    Tag.objects.all().delete()
    Tag.objects.bulk_create(Tag(company=world.company, name=name) for name in names)


def walk(ordering: Ordering, size: int) -> list[Page[Tag]]:
    pages = [paginate(Tag.objects.all(), ordering=ordering, size=size)]
    while pages[-1].next_cursor:
        pages.append(
            paginate(Tag.objects.all(), ordering=ordering, size=size, cursor=pages[-1].next_cursor)
        )
    return pages


@settings(suppress_health_check=FIXTURES_ONCE, deadline=None, max_examples=25)
@given(
    names=st.lists(st.text("abcde", min_size=1, max_size=6), unique=True, max_size=15),
    size=st.integers(1, 6),
    ordering=st.sampled_from([BY_NAME, BY_NAME_BACK]),
)
def test_every_row_once_and_the_same_way_back(
    acme: World, names: list[str], size: int, ordering: Ordering
) -> None:
    make_tags(acme, names)
    pages = walk(ordering, size)
    shown = [[tag.name for tag in page.rows] for page in pages]
    assert functools.reduce(operator.iadd, shown, []) == sorted(names, reverse=ordering.descending)
    back, cursor = [shown[-1]], pages[-1].previous_cursor
    while cursor:
        page = paginate(Tag.objects.all(), ordering=ordering, size=size, cursor=cursor)
        back.append([tag.name for tag in page.rows])
        cursor = page.previous_cursor
    assert back == shown[::-1]


def test_the_cursor_holds_no_value_of_the_row(acme: World) -> None:
    make_tags(acme, ["private name", "x"])
    page = paginate(Tag.objects.all(), ordering=BY_NAME, size=1)
    assert "private" not in page.next_cursor


@pytest.mark.parametrize("change", [lambda c: c[:-2], lambda c: "x" + c, lambda c: "nonsense"])
def test_a_tampered_cursor_is_refused(acme: World, change) -> None:  # type: ignore[no-untyped-def]
    make_tags(acme, ["a", "b"])
    cursor = paginate(Tag.objects.all(), ordering=BY_NAME, size=1).next_cursor
    with pytest.raises(InvalidInput, match="first page"):
        paginate(Tag.objects.all(), ordering=BY_NAME, size=1, cursor=change(cursor))


def test_a_cursor_of_another_ordering_or_company_is_refused(acme: World, globex: World) -> None:
    make_tags(acme, ["a", "b"])
    cursor = paginate(Tag.objects.all(), ordering=BY_NAME, size=1).next_cursor
    with pytest.raises(InvalidInput):
        paginate(Tag.objects.all(), ordering=BY_NAME_BACK, cursor=cursor)
    with globex.inside(), pytest.raises(InvalidInput):
        paginate(Tag.objects.all(), ordering=BY_NAME, cursor=cursor)
