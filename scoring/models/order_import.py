"""A file of orders on its way in, and what currencies are worth."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import NoReference, Policy, Stays
from crm.models.tenant import TenantModel, TenantRecord


class ImportState(models.TextChoices):
    """Where an import stands."""

    NEW = "new", "Not started"
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    CANCELLED = "cancelled", "Stopped"
    FAILED = "failed", "Failed"
    DONE = "done", "Done"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


# States in which a worker has something to do.
OPEN_STATES = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)


class ImportPhase(models.TextChoices):
    """What was being done when a problem came up."""

    READING = "reading", "Import"
    UNDOING = "undoing", "Undo"


class OrderImport(TenantRecord):
    """One file: its bytes as they came, how far it is, and what it did.

    `rows_done` is the checkpoint: a stopped import goes on after that row. `options` holds the
    platform, the order of day and month, the zone and the currency that the file does not say.
    A worker that takes the import writes its own `claim`; only the holder of the claim may go on.
    `attempts` counts the takings since the last progress. An undo goes through the versions, newest
    first, down to `undo_cursor`, and then through the customers.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "options": NoReference(why="How the file is read."),
        "undo_report": NoReference(why="Counts and a place in a list."),
    }

    file_name = models.CharField(max_length=255)
    layout = models.CharField(max_length=40, help_text="Which report this is.")
    content = models.BinaryField()
    content_digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.NEW)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    cancel_requested = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    created_orders = models.PositiveIntegerField(default=0)
    updated_orders = models.PositiveIntegerField(default=0)
    unchanged_orders = models.PositiveIntegerField(default=0)
    older_orders = models.PositiveIntegerField(default=0)
    bad_rows = models.PositiveIntegerField(default=0)
    new_customers = models.PositiveIntegerField(default=0)
    unlinked_orders = models.PositiveIntegerField(default=0)
    flagged_orders = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    undo_cursor = models.UUIDField(null=True, blank=True, editable=False)
    undo_done = models.PositiveIntegerField(default=0)
    undo_report = models.JSONField(default=dict, blank=True)
    started_by = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

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

    def __str__(self) -> str:
        return self.file_name


class OrderImportProblem(TenantModel):
    """A row that could not be used: where it stands in the file, and what to mend.

    An undo notes here what it kept and why; that has no row.
    """

    id = models.BigAutoField(primary_key=True)
    order_import = models.ForeignKey(
        "scoring.OrderImport",
        on_delete=models.PROTECT,
        related_name="problems",
        db_constraint=False,
        db_index=False,
    )
    phase = models.CharField(max_length=8, choices=ImportPhase.choices, default=ImportPhase.READING)
    row = models.PositiveIntegerField(
        null=True, help_text="Row of the file as a spreadsheet shows it, the header being 1."
    )
    column = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=500)

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

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}" if self.row else self.message


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
