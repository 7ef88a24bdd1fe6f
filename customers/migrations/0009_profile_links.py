"""Links of app profiles bind the machine; whose tokens are believed; one-time codes."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
import crm.models.tenant
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


def company() -> models.ForeignKey:
    """The company column that all tenant tables have."""
    return models.ForeignKey(
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="crm.company",
    )


def record() -> list[tuple[str, models.Field]]:
    """What every record has."""
    return [
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
        ("company", company()),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0008_auto_merge_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="profilelink",
            name="decided_by_human",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="TrustedIssuer",
            fields=[
                *record(),
                ("name", models.CharField(max_length=120)),
                (
                    "provider",
                    models.CharField(
                        help_text="The first half of a profile's name, such as line or supabase. "
                        "Issuers of one provider share their profiles.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_-]*$",
                                "Small letters, digits, - and _, such as line.",
                            )
                        ],
                    ),
                ),
                (
                    "issuer",
                    models.CharField(
                        help_text="The iss of its tokens, letter by letter.", max_length=300
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        help_text="The aud of its tokens: the channel or project they are made "
                        "for.",
                        max_length=300,
                    ),
                ),
                (
                    "algorithm",
                    models.CharField(
                        choices=[
                            ("HS256", "HS256 (a shared secret)"),
                            ("ES256", "ES256 (public keys)"),
                        ],
                        max_length=5,
                    ),
                ),
                ("secret_sealed", models.BinaryField(null=True)),
                (
                    "jwks",
                    models.JSONField(
                        blank=True,
                        help_text="Only for ES256: the issuer's JWKS, pasted.",
                        null=True,
                        verbose_name="public keys",
                    ),
                ),
                (
                    "trusts_phone",
                    models.BooleanField(
                        default=False,
                        help_text="It sends a code to a phone before the phone stands in a token.",
                        verbose_name="has proven phones",
                    ),
                ),
                (
                    "trusts_email",
                    models.BooleanField(
                        default=False,
                        help_text="It sends a link to an address before the address stands in a "
                        "token.",
                        verbose_name="has proven e-mails",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="Tokens of an inactive issuer are refused."
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "issuer", "audience", "algorithm"),
                        name="trusted_issuer_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("algorithm", "HS256"),
                            ("jwks__isnull", True),
                            ("secret_sealed__isnull", False),
                        )
                        | models.Q(
                            ("algorithm", "ES256"),
                            ("jwks__isnull", False),
                            ("secret_sealed__isnull", True),
                        ),
                        name="trusted_issuer_key_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkCodeChannel",
            fields=[
                *record(),
                ("kind", models.CharField(max_length=40)),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("signing_secret_sealed", models.BinaryField(null=True)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Without an active way nobody can link a profile by phone.",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company",), name="link_code_channel_one"),
                    models.CheckConstraint(
                        condition=models.Q(("kind", ""), _negated=True),
                        name="link_code_channel_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkCode",
            fields=[
                *record(),
                ("phone_digest", models.BinaryField(max_length=32)),
                ("phone_sealed", models.BinaryField()),
                ("code_digest", models.BinaryField(max_length=32, null=True)),
                ("expires_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "link",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="customers.profilelink",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "link", "created_at"], name="link_code_profile_idx"
                    ),
                    models.Index(
                        fields=["company", "phone_digest", "created_at"],
                        name="link_code_phone_idx",
                    ),
                    models.Index(fields=["company", "created_at"], name="link_code_age_idx"),
                ],
                "constraints": [
                    crm.constraints.SameCompany(
                        field="link", name="link_code_link_fk", to="customers.ProfileLink"
                    )
                ],
            },
        ),
        ProtectTenantTable("customers_trustedissuer"),
        ProtectTenantTable("customers_linkcodechannel"),
        ProtectTenantTable("customers_linkcode"),
        ApplySqlFile("customers", "surviving_customer"),
        ApplySqlFile("customers", "live_customer"),
        ApplySqlFile("customers", "get_profile_customer_link"),
        ApplySqlFile("customers", "get_customer_by_hash_id"),
        ApplySqlFile("customers", "get_customer_for_profile"),
    ]
