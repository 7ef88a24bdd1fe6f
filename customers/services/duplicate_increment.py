"""Customers that changed are compared again with all others, in batches."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from crm.actors import Actor
from crm.roles import Action
from customers.duplicates.model import Model
from customers.duplicates.nickname_groups import nickname_columns
from customers.selectors.match_model import current_model
from customers.services.duplicate_pairs import (
    FROM_BITS,
    Outcome,
    compare_pairs,
    score,
    write_candidates,
)

BATCH = 2000
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('duplicate records'), %s)"
_TAKE = """
DELETE FROM customers_compareagain
 WHERE id IN (SELECT waiting.id FROM customers_compareagain waiting
               WHERE waiting.company_id = %s ORDER BY waiting.id LIMIT %s
                 FOR UPDATE SKIP LOCKED)
RETURNING customer_id
"""


@transaction.atomic
def compare_batch(*, actor: Actor, batch: int = BATCH) -> Outcome | None:
    """Compare the longest waiting customers again; None while a scan works on the records.

    Its own transaction: a batch that fails waits on as it was.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [actor.company.pk])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_TAKE, [actor.company.pk, batch])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return Outcome(records=0, pairs=0, found=0, gone=0)
    return replace(compare_customers(ids, model=current_model()), taken=len(ids))


def compare_customers(customer_ids: Sequence[UUID], *, model: Model) -> Outcome:
    """Renew the match records of these customers, and score all their pairs anew.

    Others whose phone or e-mail turned from private to shared (or back) by it are compared, too.
    """
    wanted = sorted(set(customer_ids))
    with connection.cursor() as cursor:
        _read(wanted)
        cursor.execute("SELECT duplicate_recount_values(%s)", [wanted])
        others = {row[0] for row in cursor.fetchall()} - set(wanted)
        if others:
            wanted = sorted({*wanted, *others})
            _read(wanted)
        cursor.execute("SELECT duplicate_finish_records()")
        cursor.execute("SELECT duplicate_store_records(%s)", [wanted])
        cursor.execute("SELECT duplicate_pair_again(%s)", [wanted])
        pairs = int(cursor.fetchone()[0])
    score(connection, model, compare_pairs(connection), from_bits=FROM_BITS)
    found, gone = write_candidates(connection, wanted)
    return Outcome(records=len(wanted), pairs=pairs, found=found, gone=gone)


def _read(wanted: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT duplicate_make_raw()")
        cursor.execute("SELECT duplicate_read_customers(%s)", [wanted])
        cursor.execute("SELECT duplicate_normalise(%s, %s)", list(nickname_columns()))
