"""Asks the JSON API of another system: one base address, one credential, bounded in every way.

A pull reads a stranger's server with our customer's key, so nothing is taken on trust: the address
never comes from an answer, no redirect is followed (the key would travel with it), a body has a
largest size, and every call has a deadline. Temporary trouble is tried again, as long as the
patience lasts; `Retry-After` is obeyed.

Messages of the errors say what was wrong and hold neither keys nor personal data, so that they may
be stored and shown.
"""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from crm.retry_after import read_retry_after

FIRST_PAUSE_SECONDS = 1.0
CHUNK = 64 * 1024
USER_AGENT = "Switchboard"


class ApiError(Exception):
    """The other system did not answer what was asked; `reason` may be stored and shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ApiUnavailable(ApiError):
    """It may work later; `retry_after` is the pause that the other system asked for."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ApiRefused(ApiError):
    """It will not work until something is changed: the key, the account, the request."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is borne: `patience` is for one call with all its attempts, in seconds."""

    attempts: int = 4
    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    patience: float = 60.0
    most_bytes: int = 20 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class JsonApi:
    """One API for one account. `name` is what people call it; `headers` hold the credential.

    `on_answer` is called after each answer, for whoever must show that they are still at work.
    """

    name: str
    base_url: str
    headers: Mapping[str, str] = field(repr=False)
    limits: Limits = Limits()
    on_answer: Callable[[], None] = field(default=lambda: None, repr=False)
    _pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(num_pools=1, maxsize=1, retries=False),
        repr=False,
    )

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """The JSON that stands at a path below the base address.

        Raises ApiUnavailable after the last attempt, and ApiRefused at once.
        """
        url = self.base_url + path + ("?" + urlencode(query) if query else "")
        ends_at = time.monotonic() + self.limits.patience
        for attempt in range(1, self.limits.attempts + 1):
            try:
                answer = self._ask(url, ends_at)
            except ApiUnavailable as error:
                pause = _pause(error, attempt)
                if attempt == self.limits.attempts or time.monotonic() + pause >= ends_at:
                    raise
                time.sleep(pause)
            else:
                self.on_answer()
                return answer
        raise AssertionError("unreachable")

    def _ask(self, url: str, ends_at: float) -> Any:
        timeout = urllib3.Timeout(
            connect=self.limits.connect_seconds, read=self.limits.read_seconds
        )
        headers = {"Accept": "application/json", "User-Agent": USER_AGENT, **self.headers}
        try:
            response = self._pool.request(
                "GET", url, headers=headers, timeout=timeout, redirect=False, preload_content=False
            )
            try:
                self._check_status(response)
                body = self._body(response, ends_at)
            except BaseException:
                # Something may be unread: the connection is not used again.
                response.close()
                raise
            response.release_conn()
        except HTTPError as error:
            # The class only: messages can hold whole URLs.
            raise ApiUnavailable(f"{self.name} does not answer ({type(error).__name__}).") from None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise ApiUnavailable(f"{self.name} answered something that is not JSON.") from None

    def _check_status(self, response: urllib3.BaseHTTPResponse) -> None:
        status = response.status
        if status == 200:
            return
        if status == 429:
            raise ApiUnavailable(
                f"{self.name} asks us to come back later (429).",
                retry_after=read_retry_after(response.headers.get("Retry-After", "")),
            )
        if status >= 500 or status == 408:
            raise ApiUnavailable(
                f"{self.name} has a fault of its own ({status}).",
                retry_after=read_retry_after(response.headers.get("Retry-After", "")),
            )
        raise ApiRefused(self._refusal(status), status=status)

    def _refusal(self, status: int) -> str:
        if status in (401, 403):
            return f"{self.name} does not accept the token ({status}). Enter a valid one."
        if status == 404:
            return f"{self.name} does not have what we asked for (404)."
        if 300 <= status < 400:
            return f"{self.name} sent us to another address ({status}); we do not follow."
        return f"{self.name} does not accept our request ({status})."

    def _body(self, response: urllib3.BaseHTTPResponse, ends_at: float) -> bytes:
        """What is there, piece by piece: a body may be too large, or drip for ever."""
        body = bytearray()
        while piece := response.read1(CHUNK, decode_content=False):
            body += piece
            if len(body) > self.limits.most_bytes:
                raise ApiUnavailable(
                    f"{self.name} answered more than {self.limits.most_bytes:,} bytes."
                )
            if time.monotonic() >= ends_at:
                raise ApiUnavailable(f"{self.name} answers too slowly.")
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and len(body) != int(announced):
            raise ApiUnavailable(f"{self.name} stopped in the middle of its answer.")
        return bytes(body)


def _pause(error: ApiUnavailable, attempt: int) -> float:
    """Seconds until the next attempt: what was asked for, else doubling, spread by a quarter."""
    if error.retry_after is not None:
        return error.retry_after.total_seconds()
    return FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.75, 1)  # noqa: S311
