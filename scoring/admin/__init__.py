"""Orders, scores and segments in the Django admin; importing registers them."""

from scoring.admin import (
    exchange_rates,
    order_imports,
    orders,
    scores,
    segments,
    ticket_accounts,
)

__all__ = [
    "exchange_rates",
    "order_imports",
    "orders",
    "scores",
    "segments",
    "ticket_accounts",
]
