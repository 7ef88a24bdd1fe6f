"""Asking the JSON API of a server that may do anything."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crm import json_api
from crm.json_api import ApiRefused, ApiUnavailable, JsonApi, Limits
from tests.platforms_at_home import Answer, Asked, AtHome

SECRET = "a-very-secret-key"


class Echo(AtHome):
    """Answers what it was asked."""

    def answer(self, asked: Asked) -> Answer:
        return Answer({"path": asked.path, "query": asked.query})


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Echo]:
    monkeypatch.setattr(json_api, "FIRST_PAUSE_SECONDS", 0.01)
    server = Echo()
    yield server
    server.stop()


def api(server: AtHome, **limits: float) -> JsonApi:
    return JsonApi(
        name="Echo",
        base_url=server.origin,
        headers={"x-api-key": SECRET},
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def test_what_is_asked(echo: Echo) -> None:
    asker = api(echo)
    found = asker.get("/v1/a", {"since": "2026-03-08T07:45:10Z", "page": 1})
    assert found == {"path": "/v1/a", "query": {"since": "2026-03-08T07:45:10Z", "page": "1"}}
    assert asker.get("/v1/b")["path"] == "/v1/b"
    assert echo.asked[0].headers["x-api-key"] == SECRET


@pytest.mark.parametrize("status", [429, 500, 502, 503, 408])
def test_temporary_trouble_is_tried_again(echo: Echo, status: int) -> None:
    echo.next_answers = [Answer({}, status=status), Answer({}, status=status)]
    assert api(echo).get("/v1/a")["path"] == "/v1/a"
    assert len(echo.asked) == 3


def test_lasting_trouble_is_told_after_the_last_attempt(echo: Echo) -> None:
    echo.next_answers = [Answer({}, status=500)] * 9
    with pytest.raises(ApiUnavailable, match=r"fault of its own \(500\)"):
        api(echo, attempts=3).get("/v1/a")
    assert len(echo.asked) == 3


def test_retry_after_in_seconds_is_obeyed(echo: Echo) -> None:
    echo.next_answers = [Answer({}, status=429, headers={"Retry-After": "0"})]
    assert api(echo).get("/v1/a")["path"] == "/v1/a"


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_long_retry_after_is_left_to_the_caller(echo: Echo, form: str) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    given = {"seconds": "3600", "date": in_an_hour}[form]
    echo.next_answers = [Answer({}, status=429, headers={"Retry-After": given})]
    with pytest.raises(ApiUnavailable) as caught:
        api(echo).get("/v1/a")
    assert caught.value.retry_after is not None
    assert timedelta(minutes=50) < caught.value.retry_after <= timedelta(hours=1)
    assert len(echo.asked) == 1


@pytest.mark.parametrize("given", ["soon", "-5", "Thu, 99 Foo", "1" * 400])
def test_a_senseless_retry_after_is_none(echo: Echo, given: str) -> None:
    echo.next_answers = [Answer({}, status=503, headers={"Retry-After": given})]
    with pytest.raises(ApiUnavailable) as caught:
        api(echo, attempts=1).get("/v1/a")
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("status", "told"),
    [(400, "request"), (401, "token"), (403, "token"), (404, "does not have"), (410, "request")],
)
def test_a_refusal_is_told_at_once(echo: Echo, status: int, told: str) -> None:
    echo.next_answers = [Answer({"error": "mia@example.com"}, status=status)]
    with pytest.raises(ApiRefused, match=told) as caught:
        api(echo).get("/v1/a")
    assert caught.value.status == status
    assert "mia" not in caught.value.reason
    assert len(echo.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(echo: Echo, status: int) -> None:
    other = Echo()
    for address in (other.origin + "/v1/a", "/v1/elsewhere"):
        echo.next_answers = [Answer({}, status=status, headers={"Location": address})]
        with pytest.raises(ApiRefused, match="we do not follow"):
            api(echo).get("/v1/a")
    assert other.asked == []
    assert len(echo.asked) == 2
    other.stop()


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe", b"[" * 100_000, b'{"a": '])
def test_what_is_not_json(echo: Echo, body: bytes) -> None:
    echo.next_answers = [Answer(body=body)]
    with pytest.raises(ApiUnavailable, match="not JSON"):
        api(echo, attempts=1).get("/v1/a")


def test_a_body_has_a_largest_size(echo: Echo) -> None:
    echo.next_answers = [Answer(body=b" " * 300_000)]
    with pytest.raises(ApiUnavailable, match="more than 1,000 bytes"):
        api(echo, attempts=1, most_bytes=1000).get("/v1/a")


def test_a_body_that_drips_for_ever(echo: Echo) -> None:
    echo.next_answers = [Answer(body=b" " * 1000, drip=0.05)]
    with pytest.raises(ApiUnavailable, match="too slowly"):
        api(echo, attempts=1, patience=0.3).get("/v1/a")


def test_no_answer_in_time(echo: Echo) -> None:
    echo.next_answers = [Answer(body=b" " * 100, drip=2)]
    with pytest.raises(ApiUnavailable, match="ReadTimeoutError"):
        api(echo, attempts=1, read_seconds=0.2).get("/v1/a")


def test_a_body_that_breaks_off(echo: Echo) -> None:
    echo.next_answers = [
        Answer(body=b'{"a": 1}', headers={"Content-Length": "900", "Connection": "close"})
    ]
    with pytest.raises(ApiUnavailable):
        api(echo, attempts=1, read_seconds=1).get("/v1/a")


def test_nobody_listens() -> None:
    server = Echo()
    server.stop()
    with pytest.raises(ApiUnavailable, match="does not answer"):
        api(server, attempts=1).get("/v1/a")


def test_the_key_is_told_to_nobody_else(echo: Echo, caplog: pytest.LogCaptureFixture) -> None:
    asker = api(echo, attempts=1)
    echo.next_answers = [Answer({}, status=401)]
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiRefused) as caught:
        asker.get("/v1/a")
    told = repr(asker) + str(caught.value) + caplog.text
    assert SECRET not in told
