"""Imports that can be claimed, undone and told apart; who their new customers are."""

import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0005_analyze_new_tables"),
        ("scoring", "0006_scores"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderImportCustomer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="orderimport",
            name="orderimport_open_idx",
        ),
        migrations.AddField(
            model_name="orderimport",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="orderimport",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="orderimport",
            name="undo_cursor",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="orderimport",
            name="undo_done",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="orderimport",
            name="undo_report",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="orderimportproblem",
            name="phase",
            field=models.CharField(
                choices=[("reading", "Import"), ("undoing", "Undo")],
                default="reading",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="orderimport",
            name="started_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="orderimport",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="orderimportproblem",
            name="row",
            field=models.PositiveIntegerField(
                help_text="Row of the file as a spreadsheet shows it, the header being 1.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="orderimport",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "running", "undoing"))),
                fields=["company", "created_at"],
                name="orderimport_open_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="orderimport",
            index=models.Index(fields=["company", "content_digest"], name="orderimport_digest_idx"),
        ),
        migrations.AddField(
            model_name="orderimportcustomer",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="crm.company",
            ),
        ),
        migrations.AddField(
            model_name="orderimportcustomer",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="orderimportcustomer",
            name="order_import",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="new_customers_made",
                to="scoring.orderimport",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimportcustomer",
            constraint=crm.constraints.SameCompany(
                field="order_import", name="importcustomer_import_fk", to="scoring.OrderImport"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimportcustomer",
            constraint=crm.constraints.SameCompany(
                field="customer", name="importcustomer_customer_fk", to="customers.Customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimportcustomer",
            constraint=models.UniqueConstraint(
                fields=("order_import", "customer"), name="importcustomer_once"
            ),
        ),
        migrations.RemoveIndex(model_name="orderimportproblem", name="importproblem_idx"),
        migrations.AddIndex(
            model_name="orderimportproblem",
            index=models.Index(
                fields=["order_import", "phase", "row", "id"], name="importproblem_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="orderimportproblem",
            index=models.Index(fields=["order_import", "id"], name="importproblem_sequence_idx"),
        ),
        ProtectTenantTable("scoring_orderimportcustomer", may="SELECT, INSERT"),
        ApplySqlFile("scoring", "companies_with_open_imports"),
    ]
