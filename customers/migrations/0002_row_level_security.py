"""Row-level security of the customer tables, code sequences and contact point liveness."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("crm", "0002_row_level_security")]

    operations = [
        ProtectTenantTable("customers_customer"),
        ProtectTenantTable("customers_contactpoint"),
        ProtectTenantTable("customers_externalidentity"),
        ProtectTenantTable("customers_profilelink"),
        ProtectTenantTable("customers_note"),
        ProtectTenantTable("customers_tag"),
        ProtectTenantTable("customers_customertag"),
        ProtectTenantTable("customers_consentevent", may="SELECT, INSERT"),
        ProtectTenantTable("customers_stagechange", may="SELECT, INSERT"),
        ApplySqlFile("customers", "customer_code_sequences"),
        ApplySqlFile("customers", "next_customer_codes"),
        ApplySqlFile("customers", "contact_point_liveness"),
    ]
