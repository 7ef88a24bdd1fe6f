"""What is missing or wrong in a company's customers, as counted at night."""

from typing import ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.merging import Derived, Policy
from crm.models.tenant import TenantModel


class DataProblem(models.TextChoices):
    """A kind of problem; `customers/data_problems.py` says how each is found and mended."""

    UNREACHABLE = "unreachable", "No phone and no e-mail"
    NO_PHONE = "no-phone", "No phone"
    NO_EMAIL = "no-email", "No e-mail"
    INVALID = "invalid", "Numbers that are not valid"
    PLACEHOLDER = "placeholder", "Made-up names"
    SHARED = "shared", "Shared phones and e-mails"


class DataProblemCount(TenantModel):
    """How many customers have a problem, and when they were counted."""

    id = models.BigAutoField(primary_key=True)
    problem = models.CharField(max_length=11, choices=DataProblem.choices)
    customers = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "problem"], name="problemcount_once"),
        ]

    def __str__(self) -> str:
        return f"{self.problem}: {self.customers}"


class DataProblemCustomer(TenantModel):
    """A customer with a problem: the first thousands by their last activity, to be mended by hand.

    `id` follows the order of the list. What was mended since is passed over when the list is read.
    """

    on_merge: ClassVar[dict[str, Policy]] = {"customer": Derived(why="Found anew every night.")}

    id = models.BigAutoField(primary_key=True)
    problem = models.CharField(max_length=11, choices=DataProblem.choices)
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints = [
            SameCompany(
                field="customer", to="customers.Customer", name="problemcustomer_customer_fk"
            ),
            models.UniqueConstraint(
                fields=["company", "problem", "customer"], name="problemcustomer_once"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "problem", "id"], name="problemcustomer_list_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.problem}: {self.customer_id}"
