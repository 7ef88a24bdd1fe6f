"""What committed tests wrote goes again."""

from django.db import connections
from django.db.backends.utils import CursorWrapper

# What tests/worlds.py made stays.
KEPT = {"crm_company", "crm_branch", "crm_staffmember", "crm_user", "leads_leadsource"}


def wipe() -> None:
    """Empty every table but the companies of tests/worlds.py, as the owner."""
    from django.apps import apps

    labels = ("crm", "customers", "leads", "scoring", "sessions")
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in labels and model._meta.managed
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables - KEPT))}")
        cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
        _empty_views(cursor)


def _empty_views(cursor: CursorWrapper) -> None:
    """The copies that materialized views hold go with their tables' rows."""
    cursor.execute("SELECT quote_ident(matviewname) FROM pg_matviews WHERE schemaname = 'public'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
        if cursor.fetchone()[0]:
            cursor.execute(f"REFRESH MATERIALIZED VIEW {name}")
