"""Scores: the functions that write them, the triggers that call these, and a row for everybody."""

import django.db.models.deletion
from django.db import migrations, models

from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0005_analyze_new_tables"),
        ("scoring", "0005_revenue_by_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoringDay",
            fields=[
                (
                    "company",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="crm.company",
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveIndex(
            model_name="engagement",
            name="engagement_score_idx",
        ),
        migrations.RemoveIndex(
            model_name="engagement",
            name="engagement_net_idx",
        ),
        migrations.RemoveIndex(
            model_name="engagement",
            name="engagement_cell_idx",
        ),
        migrations.RemoveIndex(
            model_name="engagement",
            name="engagement_decay_idx",
        ),
        migrations.AddField(
            model_name="engagement",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("order", "Order"),
                    ("refund", "Refund or cancellation"),
                    ("removal", "Order removed"),
                    ("merge", "Orders moved"),
                    ("decay", "Time passed"),
                    ("rules", "Rules changed"),
                    ("rescore", "Scored again"),
                    ("repair", "Repaired"),
                ],
                help_text="Of the last change.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="is_live",
            field=models.BooleanField(default=True, help_text="Neither merged nor deleted."),
        ),
        migrations.AddField(
            model_name="engagement",
            name="scored_on",
            field=models.DateField(help_text="The day for which recency was counted.", null=True),
        ),
        migrations.AlterField(
            model_name="quintilescore",
            name="active_months",
            field=models.PositiveSmallIntegerField(
                help_text="Calendar months with an order in the last 365 days."
            ),
        ),
        migrations.AlterField(
            model_name="quintilescore",
            name="as_of",
            field=models.DateField(help_text="The day of the last change."),
        ),
        migrations.AlterField(
            model_name="quintilescore",
            name="segment",
            field=models.CharField(
                choices=[
                    ("champions", "Champions"),
                    ("loyal", "Loyal"),
                    ("potential", "Potential"),
                    ("new", "New"),
                    ("at_risk", "At risk"),
                    ("cant_lose", "Can’t lose"),
                    ("lost", "Lost"),
                    ("others", "Others"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="engagement",
            index=models.Index(
                condition=models.Q(("is_live", True)),
                fields=["company", "-score", "-customer"],
                name="engagement_score_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="engagement",
            index=models.Index(
                condition=models.Q(("is_live", True)),
                fields=["company", "-net", "-customer"],
                name="engagement_net_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="engagement",
            index=models.Index(
                condition=models.Q(("is_live", True)),
                fields=["company", "recency", "frequency", "-customer"],
                name="engagement_cell_idx",
            ),
        ),
        ProtectTenantTable("scoring_scoringday", may="SELECT"),
        ApplySqlFile("scoring", "day_start"),
        ApplySqlFile("scoring", "points_from"),
        ApplySqlFile("scoring", "score_band"),
        ApplySqlFile("scoring", "quintile_segment"),
        ApplySqlFile("scoring", "score_rules"),
        ApplySqlFile("scoring", "score_of"),
        ApplySqlFile("scoring", "engagement_lock"),
        ApplySqlFile("scoring", "engagement_refresh"),
        ApplySqlFile("scoring", "engagement_follow_orders"),
        ApplySqlFile("scoring", "engagement_follow_customers"),
        ApplySqlFile("scoring", "engagement_liveness"),
        ApplySqlFile("scoring", "score_ledger"),
        ApplySqlFile("scoring", "score_ledger_append_only"),
        ApplySqlFile("scoring", "score_differences"),
        ApplySqlFile("scoring", "score_customers"),
        ApplySqlFile("scoring", "score_company"),
        ApplySqlFile("scoring", "engagement_rebuild"),
        ApplySqlFile("scoring", "score_decay"),
        ApplySqlFile("scoring", "score_drift"),
        ApplySqlFile("scoring", "score_contradictions"),
        ApplySqlFile("scoring", "companies_with_a_new_day"),
        ApplySqlFile("scoring", "score_snapshot"),
        ApplySqlFile("scoring", "quintile_refresh"),
        # Everybody who was there before the trigger; then the orders, where there are any.
        migrations.RunSQL(
            """
            INSERT INTO scoring_engagement
                   (company_id, customer_id, is_live, orders, tickets, gross, net, recency,
                    frequency, monetary, score, band, base_score, cause)
            SELECT customer.company_id, customer.id, customer.record_state = 'active', 0, 0, 0, 0,
                   nothing.recency, nothing.frequency, nothing.monetary, nothing.score,
                   nothing.band, nothing.score, ''
              FROM crm_company company
              JOIN customers_customer customer ON customer.company_id = company.id,
                   LATERAL score_of(company.id, NULL, 0, 0, NULL) nothing
                ON CONFLICT (customer_id) DO NOTHING;
            SELECT set_config('crm.company_id', company.id::text, true), engagement_rebuild('order')
              FROM crm_company company;
            SELECT set_config('crm.company_id', '', true);
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
