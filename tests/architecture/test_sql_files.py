"""The database holds what the SQL files say, and nothing else defines SQL objects."""

from django.db import connections

from crm.embedded.places import ROOT
from crm.sqlfiles import read_sql

FILES = sorted(
    (path.parent.parent.name, path.stem)
    for app in ("crm", "customers", "leads", "scoring")
    for path in (ROOT / app / "sql").glob("*.sql")
)
OURS = """
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = 'public' AND p.prokind = 'f'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'trigger ' || t.tgname || ' on ' || t.tgrelid::regclass, pg_get_triggerdef(t.oid)
  FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL
SELECT 'view ' || v.viewname, v.definition FROM pg_views v WHERE v.schemaname = 'public'
UNION ALL
SELECT 'materialized view ' || m.matviewname, m.definition
  FROM pg_matviews m WHERE m.schemaname = 'public'
"""


def objects() -> dict[str, str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(OURS)
        return dict(cursor.fetchall())


def test_every_file_is_applied_by_a_migration() -> None:
    applied = {
        app: "".join(
            path.read_text(encoding="utf-8") for path in (ROOT / app / "migrations").glob("*.py")
        )
        for app in {app for app, _ in FILES}
    }
    missing = [
        f"{app}/sql/{name}.sql"
        for app, name in FILES
        if f'ApplySqlFile("{app}", "{name}")' not in applied[app]
    ]
    assert not missing


def test_the_database_holds_the_current_definitions(committed: None) -> None:
    before = objects()
    owner = connections["owner"]
    owner.set_autocommit(False)
    try:
        with owner.cursor() as cursor:
            for app, name in FILES:
                cursor.execute(read_sql(app, name)[0])
        after = objects()
    finally:
        owner.rollback()
        owner.set_autocommit(True)
    assert before == after, "an SQL file changed: add a migration with ApplySqlFile"
