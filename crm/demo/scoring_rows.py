"""Scores of what was loaded: made by the database from the orders, with the replayed history."""

from collections.abc import Mapping
from datetime import date

from django.db import connections

from crm.demo.tables import COLUMNS
from crm.management.new_company import OWNER
from crm.tenancy import SET_COMPANY

SNAPSHOTS = "scoring_scoresnapshot"
# As engagement_rebuild writes them, but without a line in the ledger.
_SCORES = """
UPDATE scoring_engagement kept
   SET orders = fresh.orders, tickets = fresh.tickets, gross = fresh.gross, net = fresh.net,
       first_order_at = fresh.first_order_at, last_order_at = fresh.last_order_at,
       recency = fresh.recency, frequency = fresh.frequency, monetary = fresh.monetary,
       score = fresh.score, band = fresh.band, cause = 'order', scored_at = now(),
       scored_on = %(day)s
  FROM score_differences(%(company)s, %(day)s) fresh
 WHERE kept.customer_id = fresh.customer_id
"""
_INCOMING = f"CREATE TEMP TABLE incoming_snapshot (LIKE {SNAPSHOTS}) ON COMMIT DROP"
_NO_ID = "ALTER TABLE incoming_snapshot ALTER COLUMN id DROP NOT NULL"
_ADD_UP = f"""
INSERT INTO {SNAPSHOTS} AS kept ({COLUMNS[SNAPSHOTS]})
SELECT {COLUMNS[SNAPSHOTS]} FROM incoming_snapshot
    ON CONFLICT (company_id, day, recency, frequency, monetary, band) DO UPDATE
   SET customers = kept.customers + EXCLUDED.customers, net = kept.net + EXCLUDED.net
"""  # noqa: S608 - constants of ours


def add_snapshots(texts: Mapping[str, bytes]) -> None:
    """Add the customers of a chunk to the snapshots of the days on which they were there."""
    if not texts.get(SNAPSHOTS):
        return
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_INCOMING)
        cursor.execute(_NO_ID)
        with cursor.copy(f"COPY incoming_snapshot ({COLUMNS[SNAPSHOTS]}) FROM STDIN") as copy:
            copy.write(texts[SNAPSHOTS])
        cursor.execute(_ADD_UP)
        cursor.execute("DROP TABLE incoming_snapshot")


def score_base(company_id: int, on_day: date) -> None:
    """Metrics and scores of the base company; its lines in the ledger have been loaded already."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(SET_COMPANY, [str(company_id)])
        cursor.execute(_SCORES, {"company": company_id, "day": on_day})
        # Nothing is left to write but the day.
        cursor.execute("SELECT engagement_rebuild('order', %s)", [on_day])
        cursor.execute("SELECT quintile_refresh(%s)", [on_day])


def score_more(company_id: int) -> None:
    """Metrics and scores of what further chunks brought; one line each, as after any load."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(SET_COMPANY, [str(company_id)])
        cursor.execute("SELECT engagement_rebuild('rescore')")
        cursor.execute("SELECT quintile_refresh()")
