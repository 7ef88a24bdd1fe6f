"""Customers in the Django admin; importing registers them."""

from customers.admin import (
    auto_merge,
    customers,
    decisions,
    duplicates,
    ledgers,
    merges,
    scanning,
    tags,
)

__all__ = [
    "auto_merge",
    "customers",
    "decisions",
    "duplicates",
    "ledgers",
    "merges",
    "scanning",
    "tags",
]
