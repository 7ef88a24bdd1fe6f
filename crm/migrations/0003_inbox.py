"""The inbox: sources and their deliveries."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.constraints
import crm.models.inbound_source
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundSource",
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
                    "key",
                    models.CharField(
                        default=crm.models.inbound_source.new_key,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="What sends here; it decides how deliveries are read.",
                        max_length=40,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="An inactive source answers as if it did not exist."
                    ),
                ),
                ("secret_digest", models.BinaryField(max_length=32)),
                ("previous_secret_digest", models.BinaryField(max_length=32, null=True)),
                (
                    "previous_secret_until",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="old address works until"
                    ),
                ),
                ("signing_secret_sealed", models.BinaryField(null=True)),
                ("previous_signing_secret_sealed", models.BinaryField(null=True)),
                (
                    "settings",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What this kind of source needs to know, as JSON.",
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveIntegerField(
                        default=90,
                        help_text="Handled deliveries are removed after so many days; dead ones stay.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                    ),
                ),
                (
                    "max_body_bytes",
                    models.PositiveIntegerField(
                        default=1048576,
                        help_text="A larger body is refused (413).",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5242880),
                        ],
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
                "constraints": [
                    crm.constraints.CompanyKey(name="inbound_source_company_id_key"),
                    models.UniqueConstraint(
                        fields=("company", "name"), name="inbound_source_name_in_company"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("previous_secret_digest__isnull", True),
                                ("previous_secret_until__isnull", True),
                            ),
                            models.Q(
                                ("previous_secret_digest__isnull", False),
                                ("previous_secret_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inbound_source_previous_secret_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retention_days__range", (1, 3650)),
                            ("max_body_bytes__range", (1, 5242880)),
                            ("requests_per_minute__range", (1, 100000)),
                        ),
                        name="inbound_source_limits",
                    ),
                ],
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="InboundDelivery",
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
                (
                    "external_key",
                    models.CharField(
                        help_text="What makes this delivery the same as a repeat of it.",
                        max_length=200,
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("method", models.CharField(max_length=8)),
                (
                    "path_rest",
                    models.TextField(blank=True, help_text="Behind the secret, percent-encoded."),
                ),
                ("query", models.BinaryField(default=bytes)),
                ("headers", models.JSONField(default=dict)),
                ("content_type", models.CharField(blank=True, max_length=200)),
                ("body", models.BinaryField(default=bytes)),
                ("repeats", models.PositiveIntegerField(default=0)),
                ("last_repeat_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("processed", "Processed"),
                            ("ignored", "Ignored"),
                            ("failed", "Failed, will be tried again"),
                            ("dead", "Dead"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("processed_at", models.DateTimeField(null=True)),
                (
                    "error",
                    models.TextField(
                        blank=True, help_text="Why it failed, died, was ignored or dismissed."
                    ),
                ),
                ("failures", models.JSONField(default=list)),
                ("result", models.JSONField(default=dict)),
                ("parser_version", models.PositiveIntegerField(default=0)),
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
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="crm.inboundsource",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="source", name="inbound_delivery_source_fk", to="crm.InboundSource"
                    ),
                    models.UniqueConstraint(
                        fields=("company", "source", "external_key"),
                        name="inbound_delivery_external_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["received", "processed", "ignored", "failed", "dead", "dismissed"],
                            )
                        ),
                        name="inbound_delivery_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["dead", "dismissed"]), _negated=True),
                            models.Q(("error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inbound_delivery_says_why",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("received", "failed"))),
                        fields=["company", "due_at", "id"],
                        name="inbound_delivery_due_idx",
                    ),
                    models.Index(
                        fields=["company", "-received_at", "-id"],
                        name="inbound_delivery_newest_idx",
                    ),
                    models.Index(
                        fields=["company", "state", "-received_at", "-id"],
                        name="inbound_delivery_state_idx",
                    ),
                    models.Index(
                        fields=["company", "source", "-received_at", "-id"],
                        name="inbound_delivery_source_idx",
                    ),
                ],
                "verbose_name_plural": "inbound deliveries",
            },
        ),
        ProtectTenantTable("crm_inboundsource", may="SELECT, INSERT, UPDATE"),
        ProtectTenantTable("crm_inbounddelivery"),
        ApplySqlFile("crm", "inbound_source_of_key"),
        ApplySqlFile("crm", "companies_with_due_inbound"),
    ]
