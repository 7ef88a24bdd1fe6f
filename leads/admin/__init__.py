"""Leads in the Django admin; importing registers them."""

from leads.admin import leads, sources

__all__ = ["leads", "sources"]
