"""Which tests stay together when several workers share the run (`make test`).

A folder here starts servers that its tests share, so one worker runs all of it. xdist's own marks
for that (`xdist_group`) have no effect with pytest 9.2, where a node's id can no longer be set.
"""

from collections.abc import Callable

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/embedded/", "tests/flows/")


class TogetherByFolder(LoadScopeScheduling):
    """Single tests to whoever is free, except for the folders above; the largest come first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Callable[..., None]
) -> TogetherByFolder:
    """xdist asks for the scheduler of the run."""
    return TogetherByFolder(config, log)  # type: ignore[arg-type]
