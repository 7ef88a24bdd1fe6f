"""The members of a segment, those who joined last first, without sorting all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("customers", "0005_analyze_new_tables"),
        ("scoring", "0009_order_views"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="segmentmember",
            index=models.Index(fields=["segment", "-since", "-id"], name="member_newest_idx"),
        ),
    ]
