"""Runs of auto-merge, reviews and their scores, problems of the data, indexes of the reports."""

import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0007_duplicate_scan"),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoMergeRun",
            fields=[
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
                ("is_dry", models.BooleanField(default=True)),
                ("from_bits", models.FloatField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("cancelled", "Stopped"),
                            ("failed", "Failed"),
                            ("done", "Done"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("claim", models.UUIDField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("cursor_bits", models.FloatField(blank=True, editable=False, null=True)),
                ("cursor_id", models.UUIDField(blank=True, editable=False, null=True)),
                ("total", models.PositiveIntegerField(blank=True, null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                (
                    "merged",
                    models.PositiveIntegerField(
                        default=0, help_text="Of a dry run: would be merged."
                    ),
                ),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("started_by", models.CharField(max_length=200)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
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
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "-created_at", "-id"], name="automergerun_newest_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("company",),
                        name="automergerun_one_open",
                    ),
                    crm.constraints.CompanyKey(name="automergerun_company_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AutoMergeItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("bits", models.FloatField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("merged", "Merged"),
                            ("would_merge", "Would be merged"),
                            ("skipped", "Left to people"),
                        ],
                        max_length=11,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
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
                    "left",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.merge",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="customers.automergerun",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["run", "outcome", "id"], name="automergeitem_run_idx")
                ],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="run", name="automergeitem_run_fk", to="customers.AutoMergeRun"
                    ),
                    models.UniqueConstraint(
                        fields=("run", "left", "right"), name="automergeitem_once"
                    ),
                    crm.constraints.SameCompany(
                        field="left", name="automergeitem_left_fk", to="customers.Customer"
                    ),
                    crm.constraints.SameCompany(
                        field="right", name="automergeitem_right_fk", to="customers.Customer"
                    ),
                    crm.constraints.SameCompany(
                        field="merge", name="automergeitem_merge_fk", to="customers.Merge"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataProblemCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "problem",
                    models.CharField(
                        choices=[
                            ("unreachable", "No phone and no e-mail"),
                            ("no-phone", "No phone"),
                            ("no-email", "No e-mail"),
                            ("invalid", "Numbers that are not valid"),
                            ("placeholder", "Made-up names"),
                            ("shared", "Shared phones and e-mails"),
                        ],
                        max_length=11,
                    ),
                ),
                ("customers", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "problem"), name="problemcount_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DataProblemCustomer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "problem",
                    models.CharField(
                        choices=[
                            ("unreachable", "No phone and no e-mail"),
                            ("no-phone", "No phone"),
                            ("no-email", "No e-mail"),
                            ("invalid", "Numbers that are not valid"),
                            ("placeholder", "Made-up names"),
                            ("shared", "Shared phones and e-mails"),
                        ],
                        max_length=11,
                    ),
                ),
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
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="customer",
                        name="problemcustomer_customer_fk",
                        to="customers.Customer",
                    ),
                    models.UniqueConstraint(
                        fields=("company", "problem", "customer"), name="problemcustomer_once"
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["company", "problem", "id"], name="problemcustomer_list_idx"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="automergerule",
            name="on_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="matchdecision",
            name="bits",
            field=models.FloatField(
                help_text="The score that the pair had when decided.", null=True
            ),
        ),
        migrations.AddField(
            model_name="matchdecision",
            name="is_review",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A person looked at this very pair; no merge carried the verdict.",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicatecandidate",
            index=models.Index(
                fields=["company", "state", "relation", "-bits", "-id"],
                name="candidate_relation_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicatecandidate",
            index=models.Index(fields=["company", "found_at"], name="candidate_found_idx"),
        ),
        migrations.AddIndex(
            model_name="matchdecision",
            index=models.Index(
                condition=models.Q(("bits__isnull", False), ("is_review", True)),
                fields=["company", "bits"],
                include=("verdict",),
                name="decision_review_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(
                fields=["company", "merged_at"], include=("origin",), name="merge_by_day_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(
                condition=models.Q(("undone_at__isnull", False)),
                fields=["company", "undone_at"],
                include=("origin",),
                name="merge_undone_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="automergerule",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_on", False), ("on_since__isnull", False), _connector="OR"),
                name="automerge_on_since",
            ),
        ),
        ProtectTenantTable("customers_automergerun", may="SELECT, INSERT, UPDATE"),
        ProtectTenantTable("customers_automergeitem", may="SELECT, INSERT"),
        ProtectTenantTable("customers_dataproblemcount"),
        ProtectTenantTable("customers_dataproblemcustomer"),
        ApplySqlFile("customers", "companies_with_open_auto_merges"),
    ]
