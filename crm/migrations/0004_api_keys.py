"""Keys of the REST API, and the answers kept for requests sent again."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
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
                ("name", models.CharField(max_length=120)),
                ("prefix", models.CharField(editable=False, max_length=12)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "requests_per_minute",
                    models.PositiveIntegerField(
                        default=600,
                        help_text="More are asked to come back later (429).",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100000),
                        ],
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("made_by", models.CharField(editable=False, max_length=200)),
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
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="crm.apikey",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Whose own token this is; empty for another system.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to="crm.staffmember",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.CompanyKey(name="api_key_company_id_key"),
                    crm.constraints.SameCompany(
                        field="staff", name="api_key_staff_fk", to="crm.StaffMember"
                    ),
                    crm.constraints.SameCompany(
                        field="replaces", name="api_key_replaces_fk", to="crm.ApiKey"
                    ),
                    models.UniqueConstraint(
                        fields=("company", "prefix"), name="api_key_prefix_in_company"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requests_per_minute__range", (1, 100000))),
                        name="api_key_limit",
                    ),
                ],
                "verbose_name": "API key",
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ApiKeyBranch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.branch",
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
                    "key",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="branch_rows",
                        to="crm.apikey",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="key", name="api_key_branch_key_fk", to="crm.ApiKey"
                    ),
                    crm.constraints.SameCompany(
                        field="branch", name="api_key_branch_branch_fk", to="crm.Branch"
                    ),
                    models.UniqueConstraint(
                        fields=("company", "key", "branch"), name="api_key_branch_once"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="apikey",
            name="branches",
            field=models.ManyToManyField(
                blank=True,
                help_text="Empty: all branches.",
                related_name="+",
                through="crm.ApiKeyBranch",
                to="crm.branch",
            ),
        ),
        migrations.CreateModel(
            name="IdempotentRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "api_key",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.apikey",
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
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotent_request_age_idx")],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="api_key", name="idempotent_request_key_fk", to="crm.ApiKey"
                    ),
                    models.UniqueConstraint(
                        fields=("company", "api_key", "key"), name="idempotent_request_once"
                    ),
                ],
            },
        ),
        ProtectTenantTable("crm_apikey"),
        ProtectTenantTable("crm_apikeybranch"),
        ProtectTenantTable("crm_idempotentrequest"),
        ApplySqlFile("crm", "api_key_of_digest"),
    ]
