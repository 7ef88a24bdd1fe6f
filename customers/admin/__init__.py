"""Customers in the Django admin; importing registers them."""

from customers.admin import customers, ledgers, tags

__all__ = ["customers", "ledgers", "tags"]
