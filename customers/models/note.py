"""What staff wrote down about a customer."""

from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.merging import Moves, Policy
from crm.models.tenant import TenantRecord


class Note(TenantRecord):
    """A remark with its author; never edited, so nobody's words change under their name."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(one="note", many="notes"),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="notes",
        db_constraint=False,
        db_index=False,
    )
    text = models.TextField(max_length=4000)
    author = models.ForeignKey(
        "crm.StaffMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    author_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="note_customer_fk"),
            SameCompany(field="author", to="crm.StaffMember", name="note_author_fk"),
        ]
        indexes = [models.Index(fields=["customer", "-created_at"], name="note_customer_idx")]

    def __str__(self) -> str:
        return f"Note of {self.created_at:%Y-%m-%d}"
