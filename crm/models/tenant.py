"""What every row of a company has in common."""

from uuid import UUID

import uuid_utils.compat
from django.db import models


def new_id() -> UUID:
    """A time-ordered uuid7: hard to guess, and new rows land together in the index."""
    return uuid_utils.compat.uuid7()


class TenantModel(models.Model):
    """A row that belongs to one company and is hidden from all others by row-level security."""

    company = models.ForeignKey(
        "crm.Company", on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )

    class Meta:
        abstract = True


class TenantRecord(TenantModel):
    """A tenant row with an id of its own that other rows and systems may hold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True
