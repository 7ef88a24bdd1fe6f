"""Row-level security of the foundation, the audit chain and the few functions above companies."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [
        ProtectTenantTable("crm_company", column="id", may="SELECT, UPDATE"),
        ProtectTenantTable("crm_branch"),
        ProtectTenantTable("crm_staffmember"),
        ProtectTenantTable("crm_auditevent", may="SELECT, INSERT"),
        ProtectTenantTable("crm_outboxevent"),
        ApplySqlFile("crm", "audit_row_hash"),
        ApplySqlFile("crm", "audit_chain"),
        ApplySqlFile("crm", "audit_append_only"),
        ApplySqlFile("crm", "audit_broken_rows"),
        ApplySqlFile("crm", "staff_of_user"),
        ApplySqlFile("crm", "companies_with_due_outbox"),
        ApplySqlFile("crm", "active_companies"),
        ApplySqlFile("crm", "company_of_slug"),
    ]
