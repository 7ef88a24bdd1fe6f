"""Customers in the Django admin; importing registers them."""

from customers.admin import (
    auto_merge,
    customers,
    decisions,
    duplicates,
    imports,
    ledgers,
    merges,
    profile_links,
    profile_sign_in,
    scanning,
    tags,
)

__all__ = [
    "auto_merge",
    "customers",
    "decisions",
    "duplicates",
    "imports",
    "ledgers",
    "merges",
    "profile_links",
    "profile_sign_in",
    "scanning",
    "tags",
]
