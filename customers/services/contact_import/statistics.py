"""The planner's first statistics, while an empty database is being filled."""

from django.db import connection

EARLY_BATCHES = 3


def analyze_while_new(batches_entered: int) -> None:
    """After each of the first batches: analyze the tables that hardly knew any rows.

    Where they are known to be large it does nothing. Call it in a transaction of its own, because
    the tables stay locked against another ANALYZE until its end; nobody's reading or writing waits.
    """
    if batches_entered <= EARLY_BATCHES:
        with connection.cursor() as cursor:
            cursor.execute("SELECT analyze_new_tables()")
