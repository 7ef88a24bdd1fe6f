"""Orders and memberships follow merges of their customers."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_views"), ("customers", "0006_merges")]

    operations = [
        # The history stays append-only, but for whose it is.
        migrations.RunSQL(
            "GRANT UPDATE (customer_id) ON scoring_membershipchange TO crm_app",
            "REVOKE UPDATE (customer_id) ON scoring_membershipchange FROM crm_app",
        ),
        ApplySqlFile("scoring", "redirect_orders"),
    ]
