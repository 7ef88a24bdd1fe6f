"""Orders know their buyer by keys as contact points have them, and who took them out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_search"),
        ("scoring", "0002_row_level_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="buyer_email_key",
            field=models.CharField(blank=True, editable=False, max_length=254),
        ),
        migrations.AddField(
            model_name="order",
            name="buyer_phone_key",
            field=models.CharField(blank=True, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="order",
            name="removed_by",
            field=models.CharField(
                blank=True, choices=[("hand", "By hand"), ("undo", "Import undone")], max_length=4
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="scored_gross",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AlterField(
            model_name="order",
            name="link_method",
            field=models.CharField(
                blank=True,
                choices=[
                    ("platform_id", "Account at the platform"),
                    ("email", "E-mail"),
                    ("phone", "Phone"),
                    ("email_and_phone", "E-mail and phone"),
                    ("created", "New customer"),
                    ("hand", "By hand"),
                    ("no_identity", "No e-mail, phone or account"),
                    ("several", "Several customers share this e-mail or phone"),
                    ("contradiction", "E-mail and phone are of different customers"),
                    ("removed", "This customer was deleted"),
                ],
                help_text="How the buyer was found.",
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("removed_at__isnull", True), ("scored_net__isnull", True)),
                fields=["company", "-ordered_at", "-id"],
                name="order_no_rate_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("customer__isnull", True),
                    ("removed_at__isnull", True),
                    models.Q(("buyer_email_key", ""), _negated=True),
                ),
                fields=["company", "buyer_email_key"],
                name="order_waiting_email_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("customer__isnull", True),
                    ("removed_at__isnull", True),
                    models.Q(("buyer_phone_key", ""), _negated=True),
                ),
                fields=["company", "buyer_phone_key"],
                name="order_waiting_phone_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at__isnull", True), ("removed_by", "")),
                    models.Q(
                        ("removed_at__isnull", False), models.Q(("removed_by", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="order_removed_by_someone",
            ),
        ),
    ]
