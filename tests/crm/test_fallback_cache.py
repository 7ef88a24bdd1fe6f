"""Signing in while the cache's server is down: possible for people, limited for guessers."""

import os
import shutil
import signal
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from crm import fallback_cache
from crm.embedded.places import temporary_socket_directory
from crm.embedded.valkey import EmbeddedValkey
from tests import servers
from tests.worlds import PASSWORD, World

EMAIL = "receptionist@acme.example"


@pytest.fixture
def valkey(settings: Settings) -> Iterator[EmbeddedValkey]:
    """A server of its own that the cache and the health page use; the test may stop it."""
    sockets = temporary_socket_directory()
    server = EmbeddedValkey(servers.home / f"fallback-{os.getpid()}", sockets, durable=False)
    server.start()
    settings.REDIS_URL = server.url
    default = {**settings.CACHES["default"], "LOCATION": server.url}
    default["OPTIONS"] = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    settings.CACHES = {"default": default}
    yield server
    server.stop()
    for path in (server.data_directory, sockets):
        shutil.rmtree(path, ignore_errors=True)
    server.log.unlink(missing_ok=True)


def sign_in(password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return Client().post(reverse("account_login"), {"login": EMAIL, "password": password})


def is_throttled() -> bool:
    return "Too many" in sign_in().content.decode()


def test_people_sign_in_and_guessers_are_stopped(valkey: EmbeddedValkey, acme: World) -> None:
    valkey.stop()
    assert sign_in().status_code == 302
    for _ in range(5):
        assert sign_in("wrong password").status_code == 200
    assert is_throttled()


def test_a_server_that_hangs_is_as_good_as_down(valkey: EmbeddedValkey, acme: World) -> None:
    assert valkey.process is not None
    valkey.process.send_signal(signal.SIGSTOP)
    try:
        assert sign_in().status_code == 302
    finally:
        valkey.process.send_signal(signal.SIGCONT)


def test_counters_made_while_it_was_up_are_the_servers(valkey: EmbeddedValkey, acme: World) -> None:
    for _ in range(5):
        sign_in("wrong password")
    assert is_throttled()
    assert cache.own.get("nothing") is None
    assert not cache.own._cache  # type: ignore[attr-defined]


def test_the_server_is_used_again_when_it_is_back(
    valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set("kept", "by the server")
    valkey.stop()
    assert cache.get("kept") is None
    assert cache.add("counted", 1)
    assert cache.get("counted") == 1
    valkey.start()
    assert cache.get("counted") == 1, "a server that failed is not asked at once"
    monkeypatch.setattr(fallback_cache, "_asked_again_at", {})
    assert cache.get("counted") is None
    cache.set("kept", "again")
    assert cache.get("kept") == "again"


def test_every_operation_has_its_stand_in(valkey: EmbeddedValkey) -> None:
    valkey.stop()
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
    assert cache.incr("a") == 2
    assert cache.touch("a", 60)
    assert "a" in cache
    cache.delete("a")
    cache.delete_many(["b"])
    assert cache.get_many(["a", "b"]) == {}
    cache.set("c", 3)
    cache.clear()
    assert "c" not in cache


def test_the_health_page_still_tells(valkey: EmbeddedValkey, db: None) -> None:
    assert Client().get(reverse("readyz")).status_code == 200
    valkey.stop()
    answer = Client().get(reverse("readyz"))
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": True, "broker": False}
