"""Views for people who query by SQL, the refreshed views behind reports, and who has work due."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_scores")]

    operations = [
        ApplySqlFile("scoring", "orders_htx"),
        ApplySqlFile("scoring", "orders_eventbrite"),
        ApplySqlFile("scoring", "customer_orders_v"),
        ApplySqlFile("scoring", "customers_flat_v"),
        ApplySqlFile("scoring", "customer_activity_live"),
        ApplySqlFile("scoring", "customer_activity_timeline"),
        ApplySqlFile("scoring", "customer_marketing_export"),
        ApplySqlFile("scoring", "customer_segment_counts"),
        ApplySqlFile("scoring", "order_revenue_by_day"),
        ApplySqlFile("scoring", "refreshable_views"),
        ApplySqlFile("scoring", "view_refresh_is_running"),
        ApplySqlFile("scoring", "view_refresh_begin"),
        ApplySqlFile("scoring", "view_refresh_run"),
        ApplySqlFile("scoring", "view_refresh_failed"),
        ApplySqlFile("scoring", "view_freshness"),
        ApplySqlFile("scoring", "view_refresh_due"),
        ApplySqlFile("scoring", "companies_with_rechecks"),
        ApplySqlFile("scoring", "companies_with_open_imports"),
        ApplySqlFile("scoring", "ticket_accounts_due"),
    ]
