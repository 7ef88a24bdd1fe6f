"""Everything that a company has, in a form that can be compared.

The owner reads it straight from the tables, and the database's catalogue says which there are: a
table that is added tomorrow is part of it by itself.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connections

# What a merge and its undoing leave behind on purpose, or what is only waiting to be worked out.
APART = {
    "crm_auditevent": "the trail tells of both",
    "crm_outboxevent": "so does the outbox",
    "crm_changeevent": "so does what other systems are told",
    "crm_changefeed": "the counter of what other systems are told",
    "customers_merge": "the journal",
    "customers_mergedrecord": "the journal",
    "customers_mergemove": "the journal",
    "customers_duplicatecandidate": "pairs are scored anew",
    "customers_matchdecision": "an undone pair is no duplicate from then on",
    "scoring_scorechange": "the ledger tells of both; the scores themselves are compared",
    "scoring_segmentrecheck": "a queue",
}
COLUMNS_APART = {
    "": ["version", "updated_at"],
    "scoring_engagement": ["cause", "scored_at", "scored_on"],
}
TABLES = """
SELECT kept.relname
  FROM pg_class kept
  JOIN pg_attribute owned ON owned.attrelid = kept.oid AND owned.attname = 'company_id'
 WHERE kept.relkind IN ('r', 'p') AND kept.relnamespace = 'public'::regnamespace
 ORDER BY kept.relname
"""

Dump = Counter[tuple[str, str]]


def dump(company_id: int) -> Dump:
    """The company's rows, but for what stands in APART: (table, row as JSON)."""
    return _read(company_id, [table for table in _tables() if table not in APART], COLUMNS_APART)


def dump_of_all(company_id: int) -> Dump:
    """Every row of the company with every column: what a change that never happened leaves."""
    return _read(company_id, _tables(), {})


def differences(before: Dump, after: Dump) -> list[str]:
    """Which rows are gone (-) and which came (+); a changed row is both. Empty when equal."""
    gone = [f"- {table} {row}" for table, row in before - after]
    came = [f"+ {table} {row}" for table, row in after - before]
    return sorted([*gone, *came], key=lambda line: (line[2:], line[0]))


def _tables() -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLES)
        return [name for (name,) in cursor.fetchall()]


def _read(company_id: int, tables: Iterable[str], apart: dict[str, list[str]]) -> Dump:
    selects: list[str] = []
    values: list[object] = []
    for table in tables:
        selects.append(
            f"SELECT '{table}', (to_jsonb(held) - %s::text[])::text FROM {table} held"
            " WHERE held.company_id = %s"
        )
        values += [apart.get("", []) + apart.get(table, []), company_id]
    with connections["owner"].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), values)
        return Counter((table, row) for table, row in cursor.fetchall())
