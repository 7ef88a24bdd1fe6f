"""Row-level security of the scoring tables; metrics, scores and their ledger are written by
database functions only."""

from django.db import migrations

from crm.sqlfiles import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial"), ("crm", "0002_row_level_security")]

    operations = [
        ProtectTenantTable("scoring_order"),
        ProtectTenantTable("scoring_orderversion", may="SELECT, INSERT"),
        ProtectTenantTable("scoring_orderimport"),
        ProtectTenantTable("scoring_orderimportproblem"),
        ProtectTenantTable("scoring_ticketaccount"),
        ProtectTenantTable("scoring_exchangerate"),
        ProtectTenantTable("scoring_ruleset"),
        ProtectTenantTable("scoring_engagement", may="SELECT"),
        ProtectTenantTable("scoring_scorechange", may="SELECT"),
        ProtectTenantTable("scoring_quintilescore", may="SELECT"),
        ProtectTenantTable("scoring_scoresnapshot", may="SELECT"),
        ProtectTenantTable("scoring_segment"),
        ProtectTenantTable("scoring_segmentmember"),
        ProtectTenantTable("scoring_membershipchange", may="SELECT, INSERT"),
    ]
