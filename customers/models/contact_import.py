"""A file of people on its way in, and what it did to each customer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import NoReference, Policy, Stays
from crm.models.file_import import FILE_POLICIES, FileImport, FileImportProblem
from crm.models.tenant import TenantModel


class ContactImport(FileImport):
    """One file of customers or leads (`kind`), how far it is, and what became of its rows.

    `columns` holds what somebody said that columns hold, by position. A dry run goes through all
    rows and writes nothing but what it found.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        **FILE_POLICIES,
        "columns": NoReference(why="What the columns of the file hold."),
    }

    kind = models.CharField(max_length=20, default="customers")
    file_format = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    is_dry_run = models.BooleanField(default=True)
    new_rows = models.PositiveIntegerField(default=0)
    updated_rows = models.PositiveIntegerField(default=0)
    unchanged_rows = models.PositiveIntegerField(default=0)
    duplicate_rows = models.PositiveIntegerField(default=0)
    doubtful_rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [CompanyKey(name="contactimport_company_key")]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="contactimport_newest_idx"),
            models.Index(
                fields=["company", "created_at"],
                condition=Q(state__in=("waiting", "running", "undoing")),
                name="contactimport_open_idx",
            ),
            models.Index(fields=["company", "content_digest"], name="contactimport_digest_idx"),
        ]

    @property
    def to_look_at(self) -> int:
        """How many rows somebody should look at."""
        return self.duplicate_rows + self.doubtful_rows + self.bad_rows


class ContactImportProblem(FileImportProblem):
    """Something to look at in a row; `was_entered` says whether the rest of the row is there."""

    contact_import = models.ForeignKey(
        "customers.ContactImport",
        on_delete=models.PROTECT,
        related_name="problems",
        db_constraint=False,
        db_index=False,
    )
    sort = models.CharField(
        max_length=20,
        blank=True,
        help_text="validation, duplicate, doubtful, source_not_found or database_error.",
    )
    was_entered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            SameCompany(
                field="contact_import",
                to="customers.ContactImport",
                name="contactproblem_import_fk",
            ),
        ]
        indexes = [
            models.Index(
                fields=["contact_import", "phase", "row", "id"], name="contactproblem_idx"
            ),
            models.Index(fields=["contact_import", "id"], name="contactproblem_sequence_idx"),
        ]


class ContactImportChange(TenantModel):
    """What an import did to one customer, so that it can be taken back.

    `before` and `after` hold fields by name; `added` the ids of phones and e-mails (`points`),
    `notes`, `tags` and `identities`, and of rows that were marked shared (`shared`).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Stays(
            why="Says which records an import touched; undoing one passes over merged records."
        ),
        "before": NoReference(why="Fields of the customer as they were."),
        "after": NoReference(why="Fields of the customer as the import left them."),
        "added": NoReference(why="Ids of rows of the customer."),
    }

    id = models.BigAutoField(primary_key=True)
    contact_import = models.ForeignKey(
        "customers.ContactImport",
        on_delete=models.PROTECT,
        related_name="changes",
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
    is_new = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    added = models.JSONField(default=dict)

    class Meta:
        constraints = [
            SameCompany(
                field="contact_import", to="customers.ContactImport", name="contactchange_import_fk"
            ),
            SameCompany(
                field="customer", to="customers.Customer", name="contactchange_customer_fk"
            ),
        ]
        indexes = [
            models.Index(fields=["contact_import", "-id"], name="contactchange_import_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} by {self.contact_import_id}"
