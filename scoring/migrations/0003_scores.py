"""Scores: the functions that write them, the triggers that call these, and a row for everybody."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_row_level_security")]

    operations = [
        ApplySqlFile("scoring", "day_start"),
        ApplySqlFile("scoring", "points_from"),
        ApplySqlFile("scoring", "score_band"),
        ApplySqlFile("scoring", "quintile_segment"),
        ApplySqlFile("scoring", "score_rules"),
        ApplySqlFile("scoring", "score_by"),
        ApplySqlFile("scoring", "score_of"),
        ApplySqlFile("scoring", "score_limits_keep"),
        ApplySqlFile("scoring", "score_limits_forget"),
        ApplySqlFile("scoring", "score_begin"),
        ApplySqlFile("scoring", "score_told"),
        ApplySqlFile("scoring", "engagement_lock"),
        ApplySqlFile("scoring", "engagement_refresh"),
        ApplySqlFile("scoring", "engagement_follow_one"),
        ApplySqlFile("scoring", "engagement_follow_many"),
        ApplySqlFile("scoring", "engagement_follow_updates"),
        ApplySqlFile("scoring", "engagement_follow_orders"),
        ApplySqlFile("scoring", "engagement_follow_customers"),
        ApplySqlFile("scoring", "engagement_liveness"),
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
        # The customers who were there before the trigger; none of them has an order yet.
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
                ON CONFLICT (customer_id) DO NOTHING
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
