"""The start page of the desk shows today's walk-ins without reading every event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_row_level_security"), ("leads", "0003_search")]

    operations = [
        migrations.AddIndex(
            model_name="leadevent",
            index=models.Index(
                condition=models.Q(("kind__in", ("walk_in_created", "walk_in_again"))),
                fields=["company", "-at", "-id"],
                name="leadevent_walk_ins_idx",
            ),
        ),
    ]
