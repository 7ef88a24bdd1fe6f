"""What is compared to find duplicates: a copy of each live customer in the form for comparing.

Only the SQL functions `duplicate_*` write these tables; role crm_app may read them. They are
unlogged: a crash of the server empties them, and the next scan fills them again.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from crm.merging import Derived, Policy
from crm.models.tenant import TenantModel


def _several() -> "ArrayField[list[str] | None, list[str] | None]":
    return ArrayField(models.TextField(), null=True)


def _text() -> "models.TextField[str | None, str | None]":
    return models.TextField(null=True)


class MatchRecord(TenantModel):
    """A live customer as it is compared; see docs/duplicates.md for the columns.

    The `*_level` say which level two records reach that are alike in this value: a common name
    says less. Of phones and e-mails, `own_*` are those that one person holds and `family_*` those
    that a few people share. `keys` are where the record meets others (duplicate_keys.sql).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="Made anew from the live customers that changed.")
    }
    references_proven_elsewhere: ClassVar[dict[str, str]] = {
        "customer": "copied from customers by duplicate_read_customers"
    }

    number = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(
        "crm.Company",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )
    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    given = _text()
    middle = _text()
    family = _text()
    given_sound = _text()
    family_sound = _text()
    nicknames = _several()
    birthday = _text()
    address = _text()
    city = _text()
    postcode = _text()
    region = _text()
    organisation = _text()
    occupation = _text()
    phones = _several()
    own_phones = _several()
    family_phones = _several()
    phone_tails = _several()
    emails = _several()
    own_emails = _several()
    family_emails = _several()
    mailboxes = _several()
    mailbox_letters = _several()
    given_level = models.SmallIntegerField()
    family_level = models.SmallIntegerField()
    city_level = models.SmallIntegerField()
    address_level = models.SmallIntegerField()
    organisation_level = models.SmallIntegerField()
    occupation_level = models.SmallIntegerField()
    keys = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["company", "number"], name="matchrecord_company_idx"),
            GinIndex(fields=["keys"], name="matchrecord_keys_idx", fastupdate=False),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)


class CommonValue(TenantModel):
    """A value that many records share, and the level that two records alike in it reach."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(
        "crm.Company",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )
    kind = models.TextField()
    value = models.TextField()
    level = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "value"], name="commonvalue_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.level}"
