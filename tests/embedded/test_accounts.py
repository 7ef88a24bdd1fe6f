"""As an ordinary user, as root, and as root in a directory that nobody else may enter."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crm.embedded.places import OUTSIDE, fingerprint, give_to, server_account, socket_directory
from tests.embedded.checkouts import AWKWARD, Run, copy_checkout, gone, status_of
from tests.embedded.environments import environment_for, python_for
from tests.embedded.standing import Standing

Start = Callable[..., Run]
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@only_root
def test_ordinary_user(place: Path, run: Start) -> None:
    account = server_account()
    assert account is not None
    python = python_for(account)
    if python is None:
        pytest.skip("no Python of this version that an ordinary user could run")
    environment = environment_for(account, python, place / "environment of nobody")
    home = copy_checkout(place / "home of nobody" / AWKWARD, environment)
    give_to(account, place / "home of nobody")
    started = run(home, account=account, HOME=str(place / "home of nobody")).wait()
    assert started.is_ready()
    assert status_of(started.port, "/accounts/login/") == 200
    children = started.children()
    assert {owner_of(pid) for pid in children.values()} == {account.uid}
    assert (home / ".data" / "postgres" / "PG_VERSION").exists()
    assert started.ctrl_c() == 0
    assert gone(children)


@only_root
def test_root_runs_the_servers_as_nobody(checkout: Path, standing: Standing) -> None:
    account = server_account()
    assert account is not None
    children = standing.up().children()
    assert owner_of(children["PostgreSQL"]) == owner_of(children["Valkey"]) == account.uid
    assert (checkout / ".data" / "postgres" / "PG_VERSION").exists()


@only_root
def test_root_in_a_closed_directory(closed_place: Path, run: Start) -> None:
    home = copy_checkout(closed_place / "checkout")
    started = run(home).wait()
    outside = OUTSIDE / fingerprint(home)
    assert f"the data is in {outside}" in started.output
    assert started.is_ready()
    assert (outside / "postgres" / "PG_VERSION").exists()
    assert not (home / ".data" / "postgres").exists()
    assert started.ctrl_c() == 0


@only_root
def test_data_of_another_account_is_refused(place: Path, run: Start) -> None:
    account = server_account()
    assert account is not None
    python = python_for(account)
    if python is None:
        pytest.skip("no Python of this version that an ordinary user could run")
    environment = environment_for(account, python, place / "second environment")
    home = copy_checkout(place / "rooted", environment)
    give_to(account, home)
    (home / ".data").mkdir(mode=0o711)
    started = run(home, account=account)
    assert started.process.wait(30) == 1
    assert "belongs to another account" in started.output


def test_socket_directory_of_somebody_else_is_refused(checkout: Path, run: Start) -> None:
    sockets = socket_directory(checkout)
    sockets.rmdir() if not any(sockets.iterdir()) else None
    aside = sockets.with_name(sockets.name + ".aside")
    if sockets.exists():
        sockets.rename(aside)
    try:
        sockets.symlink_to("/")
        started = run(checkout)
        assert started.process.wait(30) == 1
        assert "is not ours" in started.output
    finally:
        sockets.unlink()
        if aside.exists():
            aside.rename(sockets)
