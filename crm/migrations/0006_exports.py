"""Exports of everything that a company owns."""

import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0005_webhooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportJob",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("cancelled", "Stopped"),
                            ("failed", "Failed"),
                            ("done", "Ready"),
                            ("expired", "File removed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("claim", models.UUIDField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("rows_total", models.PositiveBigIntegerField(blank=True, null=True)),
                ("rows_done", models.PositiveBigIntegerField(default=0)),
                ("rows_of", models.JSONField(blank=True, default=dict)),
                ("stored_as", models.CharField(blank=True, editable=False, max_length=200)),
                ("file_bytes", models.PositiveBigIntegerField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("started_by", models.CharField(max_length=200)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "-created_at", "-id"], name="exportjob_newest_idx"
                    ),
                    models.Index(
                        condition=models.Q(("stored_as", ""), _negated=True),
                        fields=["expires_at"],
                        name="exportjob_expiry_idx",
                    ),
                ],
                "constraints": [
                    crm.constraints.CompanyKey(name="exportjob_company_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("company",),
                        name="exportjob_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "done"), ("stored_as", ""), _connector="OR"),
                        name="exportjob_file_when_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stored_as", ""), ("expires_at__isnull", False), _connector="OR"
                        ),
                        name="exportjob_file_expires",
                    ),
                ],
            },
        ),
        ProtectTenantTable("crm_exportjob", may="SELECT, INSERT, UPDATE"),
        ApplySqlFile("crm", "companies_with_waiting_exports"),
    ]
