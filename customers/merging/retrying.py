"""Merges take many locks. Where a circle was not foreseen, the loser begins again by itself."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction

from crm.errors import Conflict

ATTEMPTS = 5
DEADLOCK, SERIALIZATION = "40P01", "40001"
Result = TypeVar("Result")


def begin_again(work: Callable[[], Result]) -> Result:
    """The result of `work`, done in a transaction or a savepoint of its own.

    PostgreSQL ends a deadlock by refusing one of those in it. Going back to the savepoint gives
    back the locks taken since, so the others go on. Raises Conflict `busy` after a few attempts.
    """
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in (DEADLOCK, SERIALIZATION):
                raise
    raise Conflict("Others keep changing the same customers. Try again.", code="busy")
