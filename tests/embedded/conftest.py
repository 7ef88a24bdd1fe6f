"""Checkouts to start in. No Django database is used here: the processes are the real ones."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm.embedded.places import OUTSIDE, fingerprint
from crm.embedded.postgres import EmbeddedPostgres
from tests.embedded.checkouts import AWKWARD, Run, copy_checkout
from tests.embedded.standing import Standing


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A directory that every account may enter."""
    directory = Path(tempfile.mkdtemp(prefix="switchboard-tests-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def checkout(place: Path) -> Path:
    """A copy of this checkout under a path of more than 200 characters with spaces and ü."""
    return copy_checkout(place / AWKWARD)


@pytest.fixture(scope="session")
def standing(checkout: Path) -> Iterator[Standing]:
    """For tests beside a running Switchboard, or that end it in a way of their own."""
    shared = Standing(checkout)
    yield shared
    shared.down()


@pytest.fixture
def run(standing: Standing) -> Iterator[Callable[..., Run]]:
    """Starts supervisors; those that still run afterwards are stopped."""
    standing.down()
    started: list[Run] = []

    def start(checkout: Path, **more: str) -> Run:
        started.append(Run(checkout, **more))
        return started[-1]

    yield start
    for each in started:
        each.clean_up()


@pytest.fixture
def directory(place: Path) -> Iterator[Path]:
    """A fresh directory that the servers' account may enter."""
    path = Path(tempfile.mkdtemp(dir=place))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_cluster(place: Path) -> Path:
    """A cluster as initdb leaves it, to be copied."""
    postgres = EmbeddedPostgres(place / "empty", place, durable=False)
    postgres.initialise()
    return postgres.data_directory


@pytest.fixture
def cluster(directory: Path, empty_cluster: Path) -> Iterator[EmbeddedPostgres]:
    """A running, empty PostgreSQL."""
    sockets = Path(tempfile.mkdtemp(prefix="sb-"))
    postgres = EmbeddedPostgres(directory / "cluster", sockets, durable=False)
    postgres.copy_from(empty_cluster)
    postgres.start()
    yield postgres
    postgres.stop(immediate=True)
    shutil.rmtree(sockets, ignore_errors=True)


@pytest.fixture
def closed_place() -> Iterator[Path]:
    """A directory that only we may enter, as /root is; what root keeps elsewhere is removed."""
    directory = Path(tempfile.mkdtemp(prefix="switchboard-closed-"))
    yield directory
    shutil.rmtree(OUTSIDE / fingerprint(directory / "checkout"), ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)
