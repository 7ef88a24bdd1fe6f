"""Constraints that Django does not know, declared in `Meta.constraints` like its own."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, ForeignKey, Model, UniqueConstraint


class CompanyKey(UniqueConstraint):
    """The unique key (company, id) that foreign keys of the same company point at."""

    def __init__(self, *, name: str) -> None:
        super().__init__(fields=["company", "id"], name=name)

    def remove_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        # A migration that is taken back may drop the key before the references to it.
        return f"{super().remove_sql(model, schema_editor)} CASCADE"

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return ("crm.constraints.CompanyKey", (), {"name": self.name})


class SameCompany(BaseConstraint):
    """A foreign key on (company_id, field) → (company_id, id): no reference leaves the company.

    The field itself is a ForeignKey with `db_constraint=False`; the referenced model declares the
    unique key by `CompanyKey`.
    """

    def __init__(self, *, field: str, to: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field
        self.to = to

    def _parts(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        # By its name: the table may be made later in the same migration.
        target = self.to.replace(".", "_").lower()
        quote = schema_editor.quote_name
        field = model._meta.get_field(self.field)
        assert isinstance(field, ForeignKey)
        return {
            "name": quote(self.name),
            "column": quote(str(field.column)),
            "target": quote(target),
        }

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self.create_sql(model, schema_editor)

    def create_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Added at the end of the migration, when the key that it points at exists."""
        assert model is not None
        assert schema_editor is not None
        schema_editor.deferred_sql.append(
            Statement(
                "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s "
                "FOREIGN KEY (company_id, %(column)s) REFERENCES %(target)s (company_id, id) "
                "DEFERRABLE INITIALLY IMMEDIATE",
                table=Table(model._meta.db_table, schema_editor.quote_name),
                **self._parts(model, schema_editor),
            )
        )
        return ""

    def remove_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {schema_editor.quote_name(self.name)}"
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database judges: row-level security hides other companies' rows from forms anyway."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SameCompany):
            return (self.name, self.field, self.to) == (other.name, other.field, other.to)
        return NotImplemented

    __hash__ = BaseConstraint.__hash__

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return (
            "crm.constraints.SameCompany",
            (),
            {"field": self.field, "to": self.to, "name": self.name},
        )
