"""What merging must never change, and what it must bring together, read by the owner."""

from decimal import Decimal
from uuid import UUID

from django.db import connections

from tests.customers.merging_proof.crowd import Crowd

Consent = dict[str, bool]
MONEY = """
SELECT (SELECT count(*) FROM scoring_order WHERE company_id = %(company)s),
       (SELECT coalesce(sum(net), 0) FROM scoring_order WHERE company_id = %(company)s),
       coalesce(sum(orders), 0), coalesce(sum(tickets), 0), coalesce(sum(net), 0)
  FROM scoring_engagement WHERE company_id = %(company)s
"""
CONSENTS = """
SELECT DISTINCT ON (customer_id, channel) customer_id, channel, granted
  FROM customers_consentevent WHERE company_id = %s
 ORDER BY customer_id, channel, happened_at DESC, id DESC
"""
VALUES = "SELECT customer_id, kind, value FROM customers_contactpoint WHERE company_id = %s"


def money(crowd: Crowd) -> tuple[int, Decimal, int, int, Decimal]:
    """Orders and their net; and the sums of what customers are said to have bought."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(MONEY, {"company": crowd.world.company.pk})
        row: tuple[int, Decimal, int, int, Decimal] = cursor.fetchone()
    return row


def consents(crowd: Crowd) -> dict[UUID, Consent]:
    """The newest answer of each record on each channel."""
    answers: dict[UUID, Consent] = {one: {} for one in crowd.records}
    with connections["owner"].cursor() as cursor:
        cursor.execute(CONSENTS, [crowd.world.company.pk])
        for record, channel, granted in cursor.fetchall():
            answers[record][channel] = granted
    return answers


def contact_values(crowd: Crowd) -> dict[UUID, set[tuple[str, str]]]:
    """The phones and e-mails of each record."""
    values: dict[UUID, set[tuple[str, str]]] = {one: set() for one in crowd.records}
    with connections["owner"].cursor() as cursor:
        cursor.execute(VALUES, [crowd.world.company.pk])
        for record, kind, value in cursor.fetchall():
            values[record].add((kind, value))
    return values
