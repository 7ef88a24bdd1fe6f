"""A place of a company."""

from django.core.validators import RegexValidator
from django.db import models

from crm.constraints import CompanyKey
from crm.models.tenant import TenantRecord


class Branch(TenantRecord):
    """A shop, venue or office; leads belong to one."""

    name = models.CharField(max_length=120)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, such as AU.")],
        help_text="Country of phone numbers typed here; empty: the company's.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "branches"
        ordering = ("name", "id")
        constraints = [
            CompanyKey(name="branch_company_id_key"),
            models.UniqueConstraint(fields=["company", "name"], name="branch_name_in_company"),
        ]

    def __str__(self) -> str:
        return self.name
