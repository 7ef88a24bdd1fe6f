"""Orders and their accounts in the Django admin; importing registers them."""

from scoring.admin import exchange_rates, orders, ticket_accounts

__all__ = ["exchange_rates", "orders", "ticket_accounts"]
