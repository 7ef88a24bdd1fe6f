"""Changes of bands go into the public stream of changes."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_merges"), ("crm", "0005_webhooks")]

    # Migrations before this one apply the same files: in PL/pgSQL they may name what comes here.
    operations = [
        ApplySqlFile("scoring", "score_tell_listeners"),
        ApplySqlFile("scoring", "score_told"),
        ApplySqlFile("scoring", "score_company"),
    ]
