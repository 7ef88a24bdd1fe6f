"""The small demo, loaded once for a module and removed to the last row."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from crm.demo.businesses import BUSINESSES

TENANT_TABLES = """
SELECT c.table_name
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE table_schema = 'public' AND c.column_name = 'company_id' AND t.table_type = 'BASE TABLE'
 ORDER BY 1
"""


def run(*arguments: str) -> str:
    """Call a management command; returns what it prints."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def small_demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """What the first load of the small demo printed; its rows are committed."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        remove_demo()
        try:
            yield run("load_demo", "--small")
        finally:
            remove_demo()
            connections.close_all()


def remove_demo() -> None:
    """Remove the demo companies with everything of theirs, as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM crm_company WHERE slug = ANY(%s)", [list(BUSINESSES)])
        companies = [row[0] for row in cursor.fetchall()]
        cursor.execute(TENANT_TABLES)
        tables = [row[0] for row in cursor.fetchall()]
    if companies:
        _remove(companies, tables)


def _remove(companies: list[int], tables: list[str]) -> None:
    logins = [f"%@{slug}.example" for slug in BUSINESSES]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in tables:  # no projection follows, no trail refuses
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f"DELETE FROM {table} WHERE company_id = ANY(%s)", [companies])
        cursor.execute("DELETE FROM crm_user WHERE email LIKE ANY(%s)", [logins])
        cursor.execute("DELETE FROM crm_company WHERE id = ANY(%s)", [companies])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for company in companies:
            cursor.execute(f"DROP SEQUENCE customer_code_{int(company)}")
