"""The SQL functions that write scores, as Python calls them; each works for the current company.

They run as the owner of the tables: the serving role may only read scores (docs/scoring.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from crm.tenancy import companies_by
from scoring.models import ScoreCause

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How many rows are not what the orders say: in the metrics, or only in the score."""

    metrics: int
    scores: int
    customer_ids: Sequence[UUID]  # some of them

    @property
    def total(self) -> int:
        """All rows that are wrong."""
        return self.metrics + self.scores


def score_customers(
    customer_ids: Sequence[UUID], cause: ScoreCause, on_day: date | None = None
) -> int:
    """Metrics and scores of some customers from their orders; how many rows changed."""
    return int(_row("SELECT score_customers(%s, %s, %s)", [*customer_ids], cause.value, on_day)[0])


def score_company(cause: ScoreCause, on_day: date | None = None) -> int:
    """Everybody's score from their metrics; how many rows changed."""
    return int(_row("SELECT score_company(%s, %s)", cause.value, on_day)[0])


def engagement_rebuild(cause: ScoreCause, on_day: date | None = None) -> int:
    """Everybody's metrics and score from all orders; how many rows changed."""
    return int(_row("SELECT engagement_rebuild(%s, %s)", cause.value, on_day)[0])


def score_decay(on_day: date | None = None) -> int:
    """Take the points of those who waited too long; how many customers lost some."""
    return int(_row("SELECT score_decay(%s)", on_day)[0])


def score_drift(shown: int = SHOWN) -> Drift:
    """Compare everybody with their orders; nothing is written."""
    metrics, scores, ids = _row("SELECT metrics, scores, customer_ids FROM score_drift(%s)", shown)
    return Drift(metrics=metrics, scores=scores, customer_ids=ids)


def score_contradictions(shown: int = SHOWN) -> list[tuple[UUID, str]]:
    """Customers whose score contradicts its ledger, weights or thresholds, and which of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id, why FROM score_contradictions(%s)", [shown])
        return cursor.fetchall()


def quintile_refresh(on_day: date | None = None) -> int:
    """Renew the second way of scoring; how many rows changed."""
    return int(_row("SELECT quintile_refresh(%s)", on_day)[0])


def score_snapshot(of_day: date) -> int:
    """Keep today's distribution under a day; 0 when that day is kept already."""
    return int(_row("SELECT score_snapshot(%s)", of_day)[0])


def companies_with_a_new_day() -> list[int]:
    """Companies whose day has changed since their scores last decayed."""
    return companies_by("companies_with_a_new_day")


def _row(statement: str, *values: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        row = cursor.fetchone()
    assert row is not None
    return tuple(row)
