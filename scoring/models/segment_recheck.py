"""Customers whose segments must be looked at again."""

from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.merging import Derived, Policy
from crm.models.tenant import TenantModel


class SegmentRecheck(TenantModel):
    """A customer that changed since their segments were last evaluated; evaluated in batches.

    An import of many orders marks each buyer once, however many orders they have.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="A mark; the event of a merge marks everybody concerned."),
    }

    id = models.BigAutoField(primary_key=True)
    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="recheck_customer_fk"),
        ]
        indexes = [models.Index(fields=["company", "id"], name="recheck_oldest_idx")]

    def __str__(self) -> str:
        return str(self.customer_id)
