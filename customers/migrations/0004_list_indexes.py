"""The list of customers finds a rare stage, and merged or deleted records, by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0002_row_level_security"),
        ("customers", "0003_search"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("record_state", "active")),
                fields=["company", "lifecycle_stage", "-last_activity_at", "-id"],
                name="customer_stage_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("record_state", "active"), _negated=True),
                fields=["company", "record_state", "-last_activity_at", "-id"],
                name="customer_not_live_idx",
            ),
        ),
    ]
