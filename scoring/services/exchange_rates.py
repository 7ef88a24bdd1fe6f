"""What other currencies are worth, and the orders that follow when a rate is set."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import Customer
from scoring.models import ExchangeRate, Order
from scoring.orders.flags import ABSURD_AMOUNT, CURRENCIES
from scoring.orders.money import LARGEST
from scoring.services.rate_table import hold_rates

CHUNK = 5000
LARGEST_RATE = Decimal(10) ** 9
SMALLEST_RATE = Decimal("0.00000001")
# The orders whose value in the company's currency is not what the rates say.
OUTDATED = """
SELECT o.id, o.customer_id, v.gross, v.net
  FROM scoring_order o
  LEFT JOIN LATERAL (
        SELECT r.rate
          FROM scoring_exchangerate r
         WHERE r.company_id = o.company_id AND r.currency = o.currency
           AND r.valid_from <= (o.ordered_at AT TIME ZONE %(zone)s)::date
         ORDER BY r.valid_from DESC
         LIMIT 1) r ON true
 CROSS JOIN LATERAL (
        SELECT CASE WHEN abs(o.gross * r.rate) <= %(largest)s THEN round(o.gross * r.rate, 2) END,
               CASE WHEN abs(o.net * r.rate) <= %(largest)s THEN round(o.net * r.rate, 2) END
       ) v (gross, net)
 WHERE o.currency = %(currency)s
   AND o.ordered_at >= %(begin)s AND (%(end)s::timestamptz IS NULL OR o.ordered_at < %(end)s)
   AND (o.scored_gross, o.scored_net) IS DISTINCT FROM (v.gross, v.net)
 ORDER BY o.id
 LIMIT %(chunk)s
"""
# An amount may turn out absurd, or no longer so; a person's confirmation stands. An order that
# moved to a customer who is not locked waits for the next round.
CONVERT = """
WITH doubts AS (
    SELECT o.id, n.gross, n.net,
           CASE WHEN coalesce(abs(n.gross), 0) <= %(absurd)s THEN o.review_reasons - 'absurd'
                WHEN o.review_reasons ? 'absurd' THEN o.review_reasons
                ELSE o.review_reasons || '["absurd"]' END AS reasons
      FROM unnest(%(ids)s::uuid[], %(customers)s::uuid[], %(gross)s::numeric[],
                  %(net)s::numeric[]) AS n (id, customer_id, gross, net)
      JOIN scoring_order o ON o.id = n.id AND o.customer_id IS NOT DISTINCT FROM n.customer_id
)
UPDATE scoring_order o
   SET scored_gross = d.gross, scored_net = d.net, review_reasons = d.reasons,
       review = CASE WHEN o.review = 'confirmed' THEN 'confirmed'
                     WHEN d.reasons = '[]' THEN 'fine' ELSE 'flagged' END,
       updated_at = now()
  FROM doubts d
 WHERE o.id = d.id
"""


@transaction.atomic
def set_rate(*, actor: Actor, currency: str, rate: Decimal, valid_from: date) -> ExchangeRate:
    """From that day of the company on, one unit of the currency is worth `rate` of its own.

    The orders of those days follow: up to 5,000 at once, the rest in the background. Raises
    Forbidden, and InvalidInput at `currency` or `rate`.
    """
    actor.require(Action.REVIEW_ORDERS)
    currency = currency.strip().upper()
    if currency not in CURRENCIES or currency == actor.company.currency:
        raise InvalidInput.field("currency", "Choose a currency other than the company's own.")
    if not rate.is_finite() or not SMALLEST_RATE <= rate < LARGEST_RATE:
        raise InvalidInput.field("rate", "Give a rate above 0, such as 1.52.")
    hold_rates(actor.company, to_change=True)
    known = ExchangeRate.objects.filter(currency=currency, valid_from=valid_from).first()
    old = known.rate if known else None
    record, _ = ExchangeRate.objects.update_or_create(
        company=actor.company,
        currency=currency,
        valid_from=valid_from,
        defaults={"rate": rate.quantize(SMALLEST_RATE)},
    )
    if old != record.rate:
        _record(actor, record, old={"rate": old}, new={"rate": record.rate})
        reconvert(actor=actor, currency=currency, since=valid_from)
    return record


@transaction.atomic
def remove_rate(*, actor: Actor, currency: str, valid_from: date) -> None:
    """Take a rate back; its orders are worth what the rate before says, or nothing known."""
    actor.require(Action.REVIEW_ORDERS)
    hold_rates(actor.company, to_change=True)
    record = ExchangeRate.objects.filter(currency=currency, valid_from=valid_from).first()
    if record is None:
        return
    _record(actor, record, old={"rate": record.rate}, new={"rate": None})
    record.delete()
    reconvert(actor=actor, currency=currency, since=valid_from)


@transaction.atomic
def reconvert(*, actor: Actor, currency: str, since: date) -> int:
    """Bring the next chunk of orders in line with the rates, those of one rate's days only.

    Writes only what differs; what is left is done by an event of its own. Returns how many.
    """
    later = ExchangeRate.objects.filter(currency=currency, valid_from__gt=since)
    end = later.order_by("valid_from").values_list("valid_from", flat=True).first()
    values: dict[str, Any] = {
        "zone": actor.company.time_zone,
        "currency": currency,
        "begin": _day_begins(actor, since),
        "end": _day_begins(actor, end) if end else None,
        "chunk": CHUNK,
        "largest": LARGEST,
        "absurd": ABSURD_AMOUNT,
    }
    hold_rates(actor.company, to_change=True)
    with connection.cursor() as cursor:
        cursor.execute(OUTDATED, values)
        outdated = cursor.fetchall()
    if not outdated:
        return 0
    ids, customers, gross, net = (list(column) for column in zip(*outdated, strict=True))
    _lock(Customer.objects.filter(pk__in={one for one in customers if one}))
    _lock(Order.objects.filter(pk__in=ids))
    with connection.cursor() as cursor:
        cursor.execute(
            CONVERT,
            {**values, "ids": ids, "customers": customers, "gross": gross, "net": net},
        )
        converted = cursor.rowcount
    if len(outdated) == CHUNK or converted < len(outdated):
        payload = {"currency": currency, "since": since}
        outbox.publish(actor=actor, topic="rate.changed", payload=payload)
    return converted


def on_rate_changed(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: orders are left that a changed rate concerns."""
    since = date.fromisoformat(payload["since"])
    reconvert(actor=actor, currency=payload["currency"], since=since)


def _day_begins(actor: Actor, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=actor.company.zone)


def _lock(rows: QuerySet[Any]) -> None:
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _record(
    actor: Actor, record: ExchangeRate, *, old: dict[str, Any], new: dict[str, Any]
) -> None:
    facts = {"currency": record.currency, "valid_from": record.valid_from}
    audit.record(
        actor=actor, action="exchangerate.set", subject=record, old=old, new={**facts, **new}
    )
