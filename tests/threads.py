"""Several at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def run_threads(count: int, work: Callable[[int], Result]) -> list[Result]:
    """Run `work(0)` to `work(count - 1)` at the same moment; the first error is raised."""
    barrier = Barrier(count)

    def run(number: int) -> Result:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
