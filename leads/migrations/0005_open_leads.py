"""The list of open leads reads the open ones only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0002_row_level_security"),
        ("leads", "0004_walk_ins_today"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "working", "pending", "qualified"))),
                fields=["company", "-received_at", "-id"],
                include=("status", "branch", "owner", "source"),
                name="lead_open_idx",
            ),
        ),
    ]
