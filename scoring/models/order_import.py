"""A file of orders on its way in, and what currencies are worth."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Policy, Stays
from crm.models.file_import import FILE_POLICIES, FileImport, FileImportProblem
from crm.models.tenant import TenantModel, TenantRecord


class OrderImport(FileImport):
    """One file of orders, how far it is, and what it did.

    `options` holds the platform, the order of day and month, the zone and the currency that the
    file does not say. An undo goes through the versions, newest first, down to `undo_cursor`, and
    then through the customers.
    """

    on_merge: ClassVar[dict[str, Policy]] = dict(FILE_POLICIES)

    layout = models.CharField(max_length=40, help_text="Which report this is.")
    created_orders = models.PositiveIntegerField(default=0)
    updated_orders = models.PositiveIntegerField(default=0)
    unchanged_orders = models.PositiveIntegerField(default=0)
    older_orders = models.PositiveIntegerField(default=0)
    new_customers = models.PositiveIntegerField(default=0)
    unlinked_orders = models.PositiveIntegerField(default=0)
    flagged_orders = models.PositiveIntegerField(default=0)
    undo_cursor = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [CompanyKey(name="orderimport_company_key")]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="orderimport_newest_idx"),
            models.Index(
                fields=["company", "created_at"],
                condition=Q(state__in=("waiting", "running", "undoing")),
                name="orderimport_open_idx",
            ),
            models.Index(fields=["company", "content_digest"], name="orderimport_digest_idx"),
        ]


class OrderImportProblem(FileImportProblem):
    """A row that could not be used, or what an undo kept."""

    order_import = models.ForeignKey(
        "scoring.OrderImport",
        on_delete=models.PROTECT,
        related_name="problems",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints = [
            SameCompany(
                field="order_import", to="scoring.OrderImport", name="importproblem_import_fk"
            ),
        ]
        indexes = [
            models.Index(fields=["order_import", "phase", "row", "id"], name="importproblem_idx"),
            models.Index(fields=["order_import", "id"], name="importproblem_sequence_idx"),
        ]


class OrderImportCustomer(TenantModel):
    """A customer that an import made, so that undoing it can take them out again."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Stays(
            why="Says which records an import made; undoing one passes over merged records."
        ),
    }

    id = models.BigAutoField(primary_key=True)
    order_import = models.ForeignKey(
        "scoring.OrderImport",
        on_delete=models.PROTECT,
        related_name="new_customers_made",
        db_constraint=False,
        db_index=False,
    )
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
                field="order_import", to="scoring.OrderImport", name="importcustomer_import_fk"
            ),
            SameCompany(
                field="customer", to="customers.Customer", name="importcustomer_customer_fk"
            ),
            models.UniqueConstraint(
                fields=["order_import", "customer"], name="importcustomer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} by {self.order_import_id}"


class ExchangeRate(TenantRecord):
    """What one unit of a currency is worth in the company's currency from a day on."""

    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "currency", "valid_from"], name="rate_once_a_day"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="rate_currency_is_three_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} from {self.valid_from}: {self.rate}"
