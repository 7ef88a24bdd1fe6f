"""If-Match: one strong ETag of ours, or nothing is written."""

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from crm.api.etags import (
    LATEST,
    PreconditionRequired,
    asked_version,
    etag_of,
    is_unchanged,
)


def request(**headers: str) -> Request:
    return Request(RequestFactory().get("/", headers=headers))


def test_the_version_comes_back() -> None:
    assert asked_version(request(if_match=etag_of(42))) == 42


@pytest.mark.parametrize(
    "header", ["*", "v3", '"3"', 'W/"v3"', '"v3", "v4"', '"v"', '"v-1"', '"v99999999999"', '"v٣"']
)
def test_what_is_no_version_of_ours_is_refused(header: str) -> None:
    with pytest.raises(ParseError):
        asked_version(request(if_match=header))


def test_a_version_that_no_record_can_have_is_one_that_none_has() -> None:
    assert asked_version(request(if_match='"v9999999999"')) == LATEST


def test_without_it_nothing_is_changed() -> None:
    with pytest.raises(PreconditionRequired):
        asked_version(request())


@pytest.mark.parametrize(
    ("header", "unchanged"),
    [
        ('"v3"', True),
        ('W/"v3"', True),
        ('"v1", "v3"', True),
        ("*", True),
        ('"v4"', False),
        ("", False),
    ],
)
def test_who_has_it_already_gets_nothing_again(header: str, unchanged: bool) -> None:
    assert is_unchanged(request(if_none_match=header), etag_of(3)) is unchanged
