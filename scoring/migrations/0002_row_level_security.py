"""Row-level security of the scoring tables; metrics, scores and their ledger are written by
database functions only, and so is the log of the views, which belongs to no company."""

from django.db import migrations

from crm.sqlfiles import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [
        ProtectTenantTable("scoring_order"),
        ProtectTenantTable("scoring_orderversion", may="SELECT, INSERT"),
        ProtectTenantTable("scoring_orderimport"),
        ProtectTenantTable("scoring_orderimportproblem"),
        ProtectTenantTable("scoring_orderimportcustomer", may="SELECT, INSERT"),
        ProtectTenantTable("scoring_ticketaccount"),
        ProtectTenantTable("scoring_unreadorder"),
        ProtectTenantTable("scoring_exchangerate"),
        ProtectTenantTable("scoring_ruleset"),
        ProtectTenantTable("scoring_engagement", may="SELECT"),
        ProtectTenantTable("scoring_scorechange", may="SELECT"),
        ProtectTenantTable("scoring_quintilescore", may="SELECT"),
        ProtectTenantTable("scoring_scoresnapshot", may="SELECT"),
        ProtectTenantTable("scoring_scoringday", may="SELECT"),
        ProtectTenantTable("scoring_segment"),
        ProtectTenantTable("scoring_segmentmember"),
        ProtectTenantTable("scoring_segmentrecheck"),
        ProtectTenantTable("scoring_membershipchange", may="SELECT, INSERT"),
        ProtectTenantTable("scoring_columnchoice"),
        migrations.RunSQL(
            "REVOKE ALL ON scoring_viewrefresh FROM PUBLIC, crm_app",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON scoring_viewrefresh TO crm_app",
        ),
    ]
