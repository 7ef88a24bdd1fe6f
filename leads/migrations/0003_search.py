"""Leads without a customer are found too."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_row_level_security"), ("customers", "0003_search")]

    operations = [
        ApplySqlFile("leads", "search_lead_digits"),
        ApplySqlFile("leads", "search_refresh_leads"),
        ApplySqlFile("leads", "search_follow_leads"),
        ApplySqlFile("leads", "search_rebuild_leads"),
        # What was there before the triggers.
        migrations.RunSQL(
            "SELECT search_rebuild_leads(id) FROM crm_company", reverse_sql=migrations.RunSQL.noop
        ),
    ]
