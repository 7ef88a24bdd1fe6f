"""The refreshed views with the functions that refresh them, and the list of customers whose
segments wait to be evaluated."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0003_search"),
        ("leads", "0004_walk_ins_today"),
        ("scoring", "0003_order_keys_and_removal"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarketingExport",
            fields=[
                ("company_id", models.BigIntegerField()),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("full_name", models.CharField(max_length=200)),
                ("given_name", models.CharField(max_length=200)),
                ("family_name", models.CharField(max_length=200)),
                ("email", models.CharField(max_length=254)),
                ("phone", models.CharField(max_length=254)),
                ("consent_email", models.CharField(max_length=8)),
                ("consent_sms", models.CharField(max_length=8)),
                ("consent_phone", models.CharField(max_length=8)),
                ("consent_post", models.CharField(max_length=8)),
                ("consent_chat", models.CharField(max_length=8)),
                (
                    "contactable",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "segments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("address_line", models.CharField(max_length=300)),
                ("city", models.CharField(max_length=120)),
                ("postcode", models.CharField(max_length=20)),
                ("country", models.CharField(max_length=120)),
                ("region", models.CharField(max_length=120)),
                ("location", models.TextField()),
                ("language", models.CharField(max_length=12)),
                ("preferred_contact", models.CharField(max_length=8)),
                ("lifecycle_stage", models.CharField(max_length=8)),
                ("source", models.CharField(max_length=8)),
                ("score", models.PositiveSmallIntegerField()),
                ("band", models.CharField(max_length=4)),
                ("recency", models.PositiveSmallIntegerField()),
                ("frequency", models.PositiveSmallIntegerField()),
                ("monetary", models.PositiveSmallIntegerField()),
                ("orders", models.PositiveIntegerField()),
                ("tickets", models.PositiveIntegerField()),
                ("gross", models.DecimalField(decimal_places=2, max_digits=16)),
                ("net", models.DecimalField(decimal_places=2, max_digits=16)),
                ("currency", models.CharField(max_length=3)),
                ("first_order_at", models.DateTimeField(null=True)),
                ("last_order_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "customer_marketing_export",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SegmentRecheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("marked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
                (
                    "customer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "id"], name="recheck_oldest_idx")],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="customer", name="recheck_customer_fk", to="customers.Customer"
                    )
                ],
            },
        ),
        ProtectTenantTable("scoring_segmentrecheck"),
        # The log is of all companies: the app asks view_freshness().
        migrations.RunSQL(
            "REVOKE ALL ON scoring_viewrefresh FROM PUBLIC, crm_app",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON scoring_viewrefresh TO crm_app",
        ),
        ApplySqlFile("scoring", "customer_activity_live"),
        ApplySqlFile("scoring", "customer_activity_timeline"),
        ApplySqlFile("scoring", "customer_marketing_export"),
        ApplySqlFile("scoring", "customer_segment_counts"),
        ApplySqlFile("scoring", "refreshable_views"),
        ApplySqlFile("scoring", "view_refresh_is_running"),
        ApplySqlFile("scoring", "view_refresh_begin"),
        ApplySqlFile("scoring", "view_refresh_run"),
        ApplySqlFile("scoring", "view_refresh_failed"),
        ApplySqlFile("scoring", "view_freshness"),
        ApplySqlFile("scoring", "view_refresh_due"),
        ApplySqlFile("scoring", "companies_with_rechecks"),
    ]
