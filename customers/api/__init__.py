"""Customers for other systems: the REST endpoints below /api/v1/customers, duplicates, merges."""
