"""Merges take many locks. Where a circle was not foreseen, the loser begins again by itself."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, transaction

from crm.errors import Conflict

ATTEMPTS = 5
# A deadlock, a serialization failure, and a unique key: somebody was given the number just now.
REPEATED = ("40P01", "40001", "23505")
Result = TypeVar("Result")


class BeginAgain(Exception):
    """What was read before the locks is no longer so."""


def lost_to_others(error: DatabaseError) -> bool:
    """Whether the database refused because of what others did, so that it may work next time."""
    return getattr(error.__cause__, "sqlstate", "") in REPEATED


def begin_again(work: Callable[[], Result]) -> Result:
    """The result of `work`, done in a transaction or a savepoint of its own.

    PostgreSQL ends a deadlock by refusing one of those in it. Going back to the savepoint gives
    back the locks taken since, so the others go on. Raises Conflict `busy` after a few attempts.
    """
    refused: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return work()
        except BeginAgain as error:
            refused = error
        except DatabaseError as error:
            if not lost_to_others(error):
                raise
            refused = error
    raise Conflict("Others keep changing the same customers. Try again.", code="busy") from refused
