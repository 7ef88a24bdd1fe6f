"""An import into an empty database gives the planner its first statistics."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_list_indexes")]

    operations = [ApplySqlFile("customers", "analyze_new_tables")]
