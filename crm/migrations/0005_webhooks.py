"""The public stream of changes, and webhooks."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0004_api_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "position",
                    models.BigIntegerField(
                        help_text="Its place in the company's stream.", null=True
                    ),
                ),
                ("type", models.CharField(max_length=64)),
                ("customer_id", models.UUIDField(null=True)),
                (
                    "also_customer_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="Others whose later events must come after it.",
                        size=None,
                    ),
                ),
                ("subject_kind", models.CharField(max_length=32)),
                ("subject_id", models.UUIDField()),
                ("data", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField()),
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
                        condition=models.Q(("position__isnull", True)),
                        fields=["company", "id"],
                        name="change_event_unstamped_idx",
                    ),
                    models.Index(fields=["company", "occurred_at"], name="change_event_time_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("position__isnull", False)),
                        fields=("company", "position"),
                        name="change_event_position",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeFeed",
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
                ("last_position", models.BigIntegerField(db_default=0, default=0)),
                (
                    "purged_to",
                    models.BigIntegerField(
                        db_default=0, default=0, help_text="Events up to this position are gone."
                    ),
                ),
                (
                    "listening_since",
                    models.DateTimeField(
                        help_text="When somebody first listened; scores tell bands from then on.",
                        null=True,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                (
                    "url",
                    models.CharField(
                        help_text="It begins with https://.",
                        max_length=2000,
                        verbose_name="address",
                    ),
                ),
                (
                    "event_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        default=list,
                        help_text="Such as customer.merged, lead.* or *.",
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("disabled", "Disabled"),
                            ("removed", "Removed"),
                        ],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=200)),
                ("state_changed_at", models.DateTimeField(null=True)),
                ("secret_sealed", models.BinaryField()),
                ("previous_secret_sealed", models.BinaryField(null=True)),
                (
                    "previous_secret_until",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="old secret signs until"
                    ),
                ),
                ("position", models.BigIntegerField(default=0, editable=False)),
                (
                    "told_from",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        help_text="It is not told what happened before.",
                    ),
                ),
                ("last_success_at", models.DateTimeField(editable=False, null=True)),
                ("failing_since", models.DateTimeField(editable=False, null=True)),
                (
                    "slow_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="held back until"),
                ),
                ("slowdowns", models.PositiveSmallIntegerField(default=0, editable=False)),
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
                "ordering": ("name", "id"),
                "constraints": [
                    crm.constraints.CompanyKey(name="webhook_endpoint_company_id_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "removed"), _negated=True),
                        fields=("company", "name"),
                        name="webhook_endpoint_name_in_company",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["active", "paused", "disabled", "removed"])
                        ),
                        name="webhook_endpoint_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "active"),
                            models.Q(("state_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="webhook_endpoint_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("previous_secret_sealed__isnull", True),
                                ("previous_secret_until__isnull", True),
                            ),
                            models.Q(
                                ("previous_secret_sealed__isnull", False),
                                ("previous_secret_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="webhook_endpoint_previous_secret_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookMessage",
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
                    "position",
                    models.BigIntegerField(help_text="The event's; a test has none.", null=True),
                ),
                ("type", models.CharField(max_length=64)),
                ("customer_id", models.UUIDField(null=True)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="The records in whose lines it waits.",
                        size=None,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("behind", "Behind an earlier one"),
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("claim", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("last_status", models.PositiveSmallIntegerField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                ("duration_ms", models.PositiveIntegerField(null=True)),
                ("response_excerpt", models.TextField(blank=True)),
                ("attempt_log", models.JSONField(default=list)),
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
                    "endpoint",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="crm.webhookendpoint",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["endpoint", "next_at", "position"],
                        name="webhook_message_due_idx",
                    ),
                    models.Index(
                        condition=models.Q(("claim__isnull", False)),
                        fields=["endpoint", "next_at"],
                        name="webhook_message_in_hand_idx",
                    ),
                    models.Index(
                        fields=["company", "-created_at", "-id"], name="webhook_message_newest_idx"
                    ),
                    models.Index(
                        fields=["company", "state", "-created_at", "-id"],
                        name="webhook_message_state_idx",
                    ),
                    models.Index(
                        fields=["company", "endpoint", "-created_at", "-id"],
                        name="webhook_message_endpoint_idx",
                    ),
                ],
                "constraints": [
                    crm.constraints.CompanyKey(name="webhook_message_company_id_key"),
                    crm.constraints.SameCompany(
                        field="endpoint",
                        name="webhook_message_endpoint_fk",
                        to="crm.WebhookEndpoint",
                    ),
                    models.UniqueConstraint(
                        fields=("endpoint", "position"), name="webhook_message_once_an_event"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["behind", "waiting", "delivered", "failed"])
                        ),
                        name="webhook_message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", True), ("state__in", ("behind", "waiting"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("behind", "waiting")), _negated=True),
                                ("claim__isnull", True),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="webhook_message_open_or_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookTurn",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.UUIDField()),
                ("position", models.BigIntegerField()),
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
                    "endpoint",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.webhookendpoint",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="crm.webhookmessage",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="endpoint", name="webhook_turn_endpoint_fk", to="crm.WebhookEndpoint"
                    ),
                    crm.constraints.SameCompany(
                        field="message", name="webhook_turn_message_fk", to="crm.WebhookMessage"
                    ),
                    models.UniqueConstraint(
                        fields=("endpoint", "key", "position"), name="webhook_turn_place"
                    ),
                ],
            },
        ),
        ProtectTenantTable("crm_changeevent"),
        ProtectTenantTable("crm_changefeed", may="SELECT, INSERT, UPDATE"),
        ProtectTenantTable("crm_webhookendpoint", may="SELECT, INSERT, UPDATE"),
        ProtectTenantTable("crm_webhookmessage"),
        ProtectTenantTable("crm_webhookturn"),
        ApplySqlFile("crm", "stamp_change_events"),
        ApplySqlFile("crm", "companies_with_due_webhooks"),
    ]
