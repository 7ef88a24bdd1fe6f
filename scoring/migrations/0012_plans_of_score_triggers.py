"""Triggers that keep their plans compare many rows by hash, not each with each; scoring a company keeps
its plan."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("scoring", "0011_column_choice")]

    operations = [
        ApplySqlFile("scoring", "engagement_refresh"),
        ApplySqlFile("scoring", "engagement_follow_orders"),
        ApplySqlFile("scoring", "score_ledger"),
        ApplySqlFile("scoring", "score_company"),
    ]
