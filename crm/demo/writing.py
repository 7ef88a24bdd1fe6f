"""Rows into the database: by COPY, as the owner; what is derived from them is made afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import LiteralString

from django.db import connections
from psycopg import sql

from crm.demo.scoring_rows import SNAPSHOTS, add_snapshots
from crm.demo.tables import COLUMNS
from crm.management.new_company import OWNER
from crm.tenancy import SET_COMPANY

# The search projection and the metrics of orders are made once at the end instead.
_FOLLOWING = """
SELECT trigger.tgrelid::regclass::text, trigger.tgname
  FROM pg_trigger trigger
  JOIN pg_proc function ON function.oid = trigger.tgfoid
 WHERE NOT trigger.tgisinternal AND trigger.tgenabled = 'O'
   AND (starts_with(function.proname::text, 'search_')
        OR function.proname IN ('engagement_follow_orders', 'engagement_follow_updates'))
   AND trigger.tgrelid::regclass::text = ANY(%s)
 ORDER BY 1, 2
"""


def _on(statement: LiteralString, *names: str) -> str:
    """A statement on tables and triggers of ours, their names quoted."""
    return sql.SQL(statement).format(*map(sql.Identifier, names)).as_string()


def copy_rows(texts: Mapping[str, bytes], *, analyze: bool) -> None:
    """Write the rows of each table, in an order in which every reference exists.

    Tables that were empty need `analyze`: without statistics, each check of a foreign key walks
    all rows of the company.
    """
    with connections[OWNER].cursor() as cursor:
        # Rows wait for no constraint until the commit, so the tables may be altered again.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, columns in COLUMNS.items():
            if texts.get(table) and table != SNAPSHOTS:
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(texts[table])
                if analyze:
                    cursor.execute(_on("ANALYZE {}", table))
    add_snapshots(texts)


@contextmanager
def projections_off() -> Iterator[None]:
    """Let nothing follow inside this transaction; `rebuild_search` and crm/demo/scoring_rows.py do.

    Readers go on meanwhile, writers of the same tables wait for the commit.
    """
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_FOLLOWING, [list(COLUMNS)])
        triggers = cursor.fetchall()
        for table, trigger in triggers:
            cursor.execute(_on("ALTER TABLE {} DISABLE TRIGGER {}", table, trigger))
        yield
        for table, trigger in triggers:
            cursor.execute(_on("ALTER TABLE {} ENABLE TRIGGER {}", table, trigger))


def rebuild_search(company_id: int) -> None:
    """Fill the company's search projection from its customers and leads."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(SET_COMPANY, [str(company_id)])
        cursor.execute("SELECT search_rebuild(%s)", [company_id])
        cursor.execute("SELECT to_regprocedure('search_rebuild_leads(bigint)') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute("SELECT search_rebuild_leads(%s)", [company_id])


def reserve_codes(company_id: int, how_many: int) -> int:
    """Take so many numbers from the company's sequence of codes; returns the first."""
    sequence = f"customer_code_{int(company_id)}"
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        first = int(cursor.fetchone()[0])
        if how_many > 1:
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + how_many - 1])
    return first


def tidy_tables() -> None:
    """Statistics for the planner and a fresh visibility map for index-only scans."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relowner = current_user::regrole "
            "AND relname ~ '^(crm|customers|leads|scoring)_'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        for table in sorted(tables):
            cursor.execute(_on("VACUUM (ANALYZE) {}", table))
