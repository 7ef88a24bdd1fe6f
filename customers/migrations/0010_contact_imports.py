"""Imports of files of people, their problems, and what they did."""

import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0009_profile_links"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactImport",
            fields=[
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=crm.models.tenant.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("file_name", models.CharField(max_length=255)),
                ("content", models.BinaryField()),
                ("content_digest", models.CharField(max_length=64)),
                ("options", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not started"),
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("cancelled", "Stopped"),
                            ("failed", "Failed"),
                            ("done", "Done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("claim", models.UUIDField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("rows_total", models.PositiveIntegerField(blank=True, null=True)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("bad_rows", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("undo_done", models.PositiveIntegerField(default=0)),
                ("undo_report", models.JSONField(blank=True, default=dict)),
                ("started_by", models.CharField(blank=True, max_length=200)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(default="customers", max_length=20)),
                ("file_format", models.CharField(blank=True, max_length=20)),
                ("columns", models.JSONField(blank=True, default=dict)),
                ("is_dry_run", models.BooleanField(default=True)),
                ("new_rows", models.PositiveIntegerField(default=0)),
                ("updated_rows", models.PositiveIntegerField(default=0)),
                ("unchanged_rows", models.PositiveIntegerField(default=0)),
                ("duplicate_rows", models.PositiveIntegerField(default=0)),
                ("doubtful_rows", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "-created_at", "-id"], name="contactimport_newest_idx"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "running", "undoing"))),
                        fields=["company", "created_at"],
                        name="contactimport_open_idx",
                    ),
                    models.Index(
                        fields=["company", "content_digest"], name="contactimport_digest_idx"
                    ),
                ],
                "constraints": [crm.constraints.CompanyKey(name="contactimport_company_key")],
            },
        ),
        migrations.CreateModel(
            name="ContactImportProblem",
            fields=[
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "phase",
                    models.CharField(
                        choices=[("reading", "Import"), ("undoing", "Undo")],
                        default="reading",
                        max_length=8,
                    ),
                ),
                (
                    "row",
                    models.PositiveIntegerField(
                        help_text="Row of the file as a spreadsheet shows it, the header being 1.",
                        null=True,
                    ),
                ),
                ("column", models.CharField(blank=True, max_length=200)),
                ("message", models.CharField(max_length=500)),
                (
                    "contact_import",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="customers.contactimport",
                    ),
                ),
                (
                    "sort",
                    models.CharField(
                        blank=True,
                        help_text="validation, duplicate, doubtful, source_not_found or database_error.",
                        max_length=20,
                    ),
                ),
                ("was_entered", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["contact_import", "phase", "row", "id"], name="contactproblem_idx"
                    ),
                    models.Index(
                        fields=["contact_import", "id"], name="contactproblem_sequence_idx"
                    ),
                ],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="contact_import",
                        name="contactproblem_import_fk",
                        to="customers.ContactImport",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactImportChange",
            fields=[
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "contact_import",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="customers.contactimport",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                ("is_new", models.BooleanField(default=False)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("added", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contact_import", "-id"], name="contactchange_import_idx")
                ],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="contact_import",
                        name="contactchange_import_fk",
                        to="customers.ContactImport",
                    ),
                    crm.constraints.SameCompany(
                        field="customer", name="contactchange_customer_fk", to="customers.Customer"
                    ),
                ],
            },
        ),
        ProtectTenantTable("customers_contactimport"),
        ProtectTenantTable("customers_contactimportproblem"),
        ProtectTenantTable("customers_contactimportchange"),
        ApplySqlFile("customers", "companies_with_contact_imports"),
    ]
