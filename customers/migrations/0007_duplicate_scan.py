"""Scans for duplicates: records as they are compared, what is learnt, and the functions."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0006_merges"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommonValue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("value", models.TextField()),
                ("level", models.SmallIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "kind", "value"), name="commonvalue_once"
                    )
                ],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CompareAgain",
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
                "constraints": [
                    crm.constraints.SameCompany(
                        field="customer", name="compareagain_customer_fk", to="customers.Customer"
                    )
                ],
                "indexes": [models.Index(fields=["company", "id"], name="compareagain_oldest_idx")],
            },
        ),
        migrations.CreateModel(
            name="DuplicateScan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.models.tenant.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "is_full",
                    models.BooleanField(default=False, help_text="All customers, and learn anew."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("cancelled", "Stopped"),
                            ("failed", "Failed"),
                            ("done", "Done"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("records", "Reading customers"),
                            ("pairs", "Comparing"),
                            ("finished", "Finished"),
                        ],
                        default="records",
                        max_length=8,
                    ),
                ),
                ("claim", models.UUIDField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("heartbeat_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("cancel_requested", models.BooleanField(default=False)),
                (
                    "records",
                    models.PositiveIntegerField(default=0, help_text="Customers looked at."),
                ),
                ("pairs", models.PositiveBigIntegerField(default=0, help_text="Pairs compared.")),
                ("found", models.PositiveIntegerField(default=0, help_text="Pairs found alike.")),
                (
                    "gone",
                    models.PositiveIntegerField(default=0, help_text="Candidates no longer alike."),
                ),
                ("asked_by", models.CharField(max_length=200)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
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
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "-created_at", "-id"], name="duplicatescan_newest_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("company",),
                        name="duplicatescan_one_at_a_time",
                    ),
                    crm.constraints.CompanyKey(name="duplicatescan_company_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchModel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.models.tenant.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField()),
                (
                    "parameters",
                    models.JSONField(help_text="customers.duplicates.model.Model as JSON."),
                ),
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
                    "scan",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="models",
                        to="customers.duplicatescan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="scan", name="matchmodel_scan_fk", to="customers.DuplicateScan"
                    ),
                    models.UniqueConstraint(
                        fields=("company", "version"), name="matchmodel_version_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchRecord",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("given", models.TextField(null=True)),
                ("middle", models.TextField(null=True)),
                ("family", models.TextField(null=True)),
                ("given_sound", models.TextField(null=True)),
                ("family_sound", models.TextField(null=True)),
                (
                    "nicknames",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                ("birthday", models.TextField(null=True)),
                ("address", models.TextField(null=True)),
                ("city", models.TextField(null=True)),
                ("postcode", models.TextField(null=True)),
                ("region", models.TextField(null=True)),
                ("organisation", models.TextField(null=True)),
                ("occupation", models.TextField(null=True)),
                (
                    "phones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "own_phones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "family_phones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "phone_tails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "own_emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "family_emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "mailboxes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "mailbox_letters",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                ("given_level", models.SmallIntegerField()),
                ("family_level", models.SmallIntegerField()),
                ("city_level", models.SmallIntegerField()),
                ("address_level", models.SmallIntegerField()),
                ("organisation_level", models.SmallIntegerField()),
                ("occupation_level", models.SmallIntegerField()),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
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
                "indexes": [
                    models.Index(fields=["company", "number"], name="matchrecord_company_idx"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["keys"], name="matchrecord_keys_idx"
                    ),
                ],
            },
        ),
        ProtectTenantTable("customers_duplicatescan"),
        ProtectTenantTable("customers_matchmodel", may="SELECT, INSERT"),
        ProtectTenantTable("customers_compareagain"),
        # Role crm_app reads; only the functions, which run as the owner, write.
        ProtectTenantTable("customers_matchrecord", may="SELECT"),
        ProtectTenantTable("customers_commonvalue", may="SELECT"),
        ApplySqlFile("customers", "duplicate_storage"),
        ApplySqlFile("customers", "duplicate_digits"),
        ApplySqlFile("customers", "duplicate_plain"),
        ApplySqlFile("customers", "duplicate_initials"),
        ApplySqlFile("customers", "duplicate_providers_differ"),
        ApplySqlFile("customers", "duplicate_name"),
        ApplySqlFile("customers", "duplicate_text"),
        ApplySqlFile("customers", "duplicate_phone"),
        ApplySqlFile("customers", "duplicate_email"),
        ApplySqlFile("customers", "duplicate_normal"),
        ApplySqlFile("customers", "duplicate_key"),
        ApplySqlFile("customers", "duplicate_keys"),
        ApplySqlFile("customers", "duplicate_key_cap"),
        ApplySqlFile("customers", "duplicate_close"),
        ApplySqlFile("customers", "duplicate_names_swapped"),
        ApplySqlFile("customers", "duplicate_given_level"),
        ApplySqlFile("customers", "duplicate_family_level"),
        ApplySqlFile("customers", "duplicate_middle_level"),
        ApplySqlFile("customers", "duplicate_days_close"),
        ApplySqlFile("customers", "duplicate_birthday_level"),
        ApplySqlFile("customers", "duplicate_address_level"),
        ApplySqlFile("customers", "duplicate_city_level"),
        ApplySqlFile("customers", "duplicate_postcode_level"),
        ApplySqlFile("customers", "duplicate_region_level"),
        ApplySqlFile("customers", "duplicate_organisation_level"),
        ApplySqlFile("customers", "duplicate_occupation_level"),
        ApplySqlFile("customers", "duplicate_mails_close"),
        ApplySqlFile("customers", "duplicate_email_level"),
        ApplySqlFile("customers", "duplicate_phone_level"),
        ApplySqlFile("customers", "duplicate_pattern"),
        ApplySqlFile("customers", "duplicate_make_raw"),
        ApplySqlFile("customers", "duplicate_read_customers"),
        ApplySqlFile("customers", "duplicate_normalise"),
        ApplySqlFile("customers", "duplicate_count_values"),
        ApplySqlFile("customers", "duplicate_finish_records"),
        ApplySqlFile("customers", "duplicate_store_records"),
        ApplySqlFile("customers", "duplicate_pair_up"),
        ApplySqlFile("customers", "duplicate_compare"),
        ApplySqlFile("customers", "duplicate_random_patterns"),
        ApplySqlFile("customers", "duplicate_score"),
        ApplySqlFile("customers", "duplicate_write_candidates"),
        ApplySqlFile("customers", "duplicate_holders"),
        ApplySqlFile("customers", "duplicate_recount_values"),
        ApplySqlFile("customers", "duplicate_pair_again"),
        ApplySqlFile("customers", "duplicate_newcomer"),
        ApplySqlFile("customers", "companies_with_duplicate_work"),
    ]
