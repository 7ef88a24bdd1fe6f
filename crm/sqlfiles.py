"""SQL objects in files: one function, view or trigger a file, its current definition in one place.

`<app>/sql/<name>.sql` begins with `-- reverse: <statement>`, which removes the object. Migrations
name the file; a test compares the database with the files, so a changed file without a new
`ApplySqlFile` in a migration is noticed.
"""

from pathlib import Path

from django.apps import apps
from django.db.migrations.operations import RunSQL

from crm.tenancy import COMPANY_SETTING


def sql_path(app_label: str, name: str) -> Path:
    """Where the definition of an SQL object stands."""
    return Path(apps.get_app_config(app_label).path) / "sql" / f"{name}.sql"


def read_sql(app_label: str, name: str) -> tuple[str, str]:
    """The statement that creates the object, and the one that removes it."""
    text = sql_path(app_label, name).read_text(encoding="utf-8")
    first, _, _ = text.partition("\n")
    marker = "-- reverse: "
    if not first.startswith(marker):
        raise ValueError(f"{app_label}/sql/{name}.sql must begin with '{marker}…'")
    return text, first.removeprefix(marker)


class ApplySqlFile(RunSQL):
    """Create or replace the object that `<app_label>/sql/<name>.sql` defines."""

    def __init__(self, app_label: str, name: str) -> None:
        self.app_label_of_file, self.file_name = app_label, name
        sql, reverse_sql = read_sql(app_label, name)
        super().__init__(sql=sql, reverse_sql=reverse_sql)

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return ("ApplySqlFile", [self.app_label_of_file, self.file_name], {})

    def describe(self) -> str:
        return f"SQL {self.app_label_of_file}/sql/{self.file_name}.sql"

    def _run_sql(self, schema_editor, sqls) -> None:  # type: ignore[no-untyped-def]
        if schema_editor.collect_sql:
            schema_editor.collected_sql.append(sqls)
            return
        # As one string, unsplit: function bodies hold semicolons and percent signs.
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(sqls, None)


class ProtectTenantTable(RunSQL):
    """Row-level security for one tenant table, and what role crm_app may do with its rows."""

    def __init__(
        self, table: str, *, column: str = "company_id", may: str = "SELECT, INSERT, UPDATE, DELETE"
    ) -> None:
        self.table, self.column, self.may = table, column, may
        super().__init__(
            sql=[
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY company ON {table} USING ({column} = {COMPANY_SETTING}) "
                f"WITH CHECK ({column} = {COMPANY_SETTING})",
                f"REVOKE ALL ON {table} FROM PUBLIC, crm_app",
                f"GRANT {may} ON {table} TO crm_app",
            ],
            reverse_sql=[
                f"DROP POLICY company ON {table}",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            ],
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return ("ProtectTenantTable", [self.table], {"column": self.column, "may": self.may})

    def describe(self) -> str:
        return f"Row-level security on {self.table}"
