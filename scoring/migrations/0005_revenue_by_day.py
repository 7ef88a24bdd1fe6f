"""Revenue by day, platform and event, kept for the reports."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_views_and_rechecks")]

    operations = [
        ApplySqlFile("scoring", "order_revenue_by_day"),
        # The list of views has one more.
        ApplySqlFile("scoring", "refreshable_views"),
    ]
