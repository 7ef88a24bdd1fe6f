"""Merges with their journal, duplicate candidates, decisions and households."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0005_analyze_new_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoMergeRule",
            fields=[
                (
                    "company",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="crm.company",
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                (
                    "from_bits",
                    models.FloatField(default=10.0, help_text="Pairs below are left to people."),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("off_because", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_bits__gte", 10)),
                        name="automerge_ten_bits_at_least",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
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
                "constraints": [crm.constraints.CompanyKey(name="household_company_key")],
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
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
                        related_name="household_membership",
                        to="customers.customer",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="customers.household",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="household", name="member_household_fk", to="customers.Household"
                    ),
                    crm.constraints.SameCompany(
                        field="customer",
                        name="householdmember_customer_fk",
                        to="customers.Customer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchDecision",
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
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same", "Same person"),
                            ("not_duplicate", "Not a duplicate"),
                            ("household", "Same household"),
                        ],
                        max_length=13,
                    ),
                ),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_by", models.CharField(max_length=200)),
                ("reason", models.CharField(blank=True, max_length=500)),
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
                    "left",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
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
                        field="left", name="decision_left_fk", to="customers.Customer"
                    ),
                    crm.constraints.SameCompany(
                        field="right", name="decision_right_fk", to="customers.Customer"
                    ),
                    models.UniqueConstraint(fields=("left", "right"), name="decision_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("left__lt", models.F("right"))),
                        name="decision_in_order",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["company", "-decided_at", "-id"], name="decision_newest_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
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
                    "state",
                    models.CharField(
                        choices=[("done", "Merged"), ("undone", "Undone")],
                        default="done",
                        max_length=6,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("person", "A person"),
                            ("machine", "Merged automatically"),
                            ("system", "Another system"),
                        ],
                        default="person",
                        max_length=7,
                    ),
                ),
                ("merged_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "merged_by",
                    models.CharField(help_text="The name of who merged.", max_length=200),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "choices",
                    models.JSONField(
                        default=dict, help_text="Which record's value each field took."
                    ),
                ),
                ("rows_moved", models.PositiveIntegerField(default=0)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, max_length=200)),
                ("undo_reason", models.CharField(blank=True, max_length=500)),
                (
                    "undo_report",
                    models.JSONField(
                        default=dict, help_text="What had changed, and where it went."
                    ),
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
                    "survivor",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.CompanyKey(name="merge_company_key"),
                    crm.constraints.SameCompany(
                        field="survivor", name="merge_survivor_fk", to="customers.Customer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "undone"), ("undone_at__isnull", False)),
                            models.Q(("state", "done"), ("undone_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="merge_undone_at_some_time",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["company", "-merged_at", "-id"], name="merge_newest_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="MergedRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("stands", models.BooleanField(default=True)),
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
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_by",
                        to="customers.customer",
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="customers.merge",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="merge", name="mergedrecord_merge_fk", to="customers.Merge"
                    ),
                    crm.constraints.SameCompany(
                        field="customer", name="mergedrecord_customer_fk", to="customers.Customer"
                    ),
                    models.UniqueConstraint(fields=("merge", "customer"), name="mergedrecord_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("customer",),
                        name="mergedrecord_one_stands",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MergeMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("relation", models.CharField(max_length=100)),
                ("row_id", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "Moved"),
                            ("changed", "Changed"),
                            ("removed", "Put aside"),
                            ("created", "Added"),
                            ("arrived", "Arrived later"),
                            ("back", "Went back"),
                        ],
                        max_length=7,
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("takes_back", models.BigIntegerField(null=True)),
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
                    "merge",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="customers.merge",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="merge", name="mergemove_merge_fk", to="customers.Merge"
                    )
                ],
                "indexes": [
                    models.Index(fields=["merge", "relation", "id"], name="mergemove_merge_idx"),
                    models.Index(fields=["relation", "row_id", "-id"], name="mergemove_row_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateCandidate",
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
                    "bits",
                    models.FloatField(help_text="log2 of the odds that both are the same person."),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("same", "Same person"),
                            ("relative", "Relatives"),
                            ("colleague", "Colleagues"),
                            ("namesake", "Namesakes"),
                            ("stranger", "Strangers"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "evidence",
                    models.JSONField(
                        default=list,
                        help_text='[{"field": "phone", "bits": 9.1, "words": "same private phone"}]',
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To decide"),
                            ("later", "Later"),
                            ("merged", "Merged"),
                            ("dismissed", "Not a duplicate"),
                            ("household", "Same household"),
                            ("gone", "No longer alike"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
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
                    "left",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "state", "-bits", "-id"], name="candidate_surest_idx"
                    )
                ],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="left", name="candidate_left_fk", to="customers.Customer"
                    ),
                    crm.constraints.SameCompany(
                        field="right", name="candidate_right_fk", to="customers.Customer"
                    ),
                    models.UniqueConstraint(fields=("left", "right"), name="candidate_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("left__lt", models.F("right"))),
                        name="candidate_in_order",
                    ),
                ],
            },
        ),
        ProtectTenantTable("customers_automergerule"),
        ProtectTenantTable("customers_household"),
        ProtectTenantTable("customers_householdmember"),
        ProtectTenantTable("customers_matchdecision"),
        ProtectTenantTable("customers_duplicatecandidate"),
        ProtectTenantTable("customers_merge", may="SELECT, INSERT, UPDATE"),
        ProtectTenantTable("customers_mergedrecord", may="SELECT, INSERT, UPDATE"),
        ProtectTenantTable("customers_mergemove", may="SELECT, INSERT"),
        # Ledgers stay append-only, but for whose they are.
        migrations.RunSQL(
            "GRANT UPDATE (customer_id) ON customers_consentevent, customers_stagechange"
            " TO crm_app",
            "REVOKE UPDATE (customer_id) ON customers_consentevent, customers_stagechange"
            " FROM crm_app",
        ),
        ApplySqlFile("customers", "redirect_rows"),
        ApplySqlFile("customers", "redirect_to_survivor"),
        ApplySqlFile("customers", "redirect_customers"),
        ApplySqlFile("customers", "merge_take_back_consents"),
    ]
