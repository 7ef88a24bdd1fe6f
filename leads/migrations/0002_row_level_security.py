"""Row-level security of the lead tables."""

from django.db import migrations

from crm.sqlfiles import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("crm", "0002_row_level_security")]

    operations = [
        ProtectTenantTable("leads_leadsource"),
        ProtectTenantTable("leads_lead"),
        ProtectTenantTable("leads_leadevent", may="SELECT, INSERT"),
    ]
