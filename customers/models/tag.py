"""Words that staff hang on customers."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Moves, Policy
from crm.models.tenant import TenantModel, TenantRecord


class Tag(TenantRecord):
    """A word of the company's own, such as “vip”."""

    name = models.CharField(max_length=60)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            CompanyKey(name="tag_company_id_key"),
            models.UniqueConstraint("company", Lower("name"), name="tag_name_in_company"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerTag(TenantModel):
    """A tag on a customer."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(one="tag", many="tags", once_a_customer=("tag",)),
    }

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    tag = models.ForeignKey("customers.Tag", on_delete=models.PROTECT, db_constraint=False)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="customertag_customer_fk"),
            SameCompany(field="tag", to="customers.Tag", name="customertag_tag_fk"),
            models.UniqueConstraint(fields=["customer", "tag"], name="customertag_once"),
        ]

    def __str__(self) -> str:
        return str(self.tag_id)
