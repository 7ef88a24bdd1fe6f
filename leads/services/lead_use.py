"""Whom leads belong to: customers with leads are used (customers/services/customer_use.py)."""

from collections.abc import Collection
from uuid import UUID

from leads.models import Lead


def with_leads(ids: Collection[UUID]) -> set[UUID]:
    """Which of these customers have a lead, but for those of an import that was undone."""
    leads = Lead.objects.filter(customer_id__in=ids).exclude(imported__is_taken_back=True)
    return {one for one in leads.values_list("customer_id", flat=True).distinct() if one}
