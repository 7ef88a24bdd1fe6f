"""Whatever refers to a customer, as the database's catalogue knows it."""

from functools import cache

from django.apps import apps
from django.db import connections

from crm.merging import Derived, Stays

# Foreign keys to customers, and columns named like one that have no key of their own.
COLUMNS = """
SELECT foreign_key.conrelid::regclass::text, held.attname
  FROM pg_constraint foreign_key
  JOIN pg_attribute held
    ON held.attrelid = foreign_key.conrelid AND held.attnum = ANY (foreign_key.conkey)
 WHERE foreign_key.contype = 'f' AND foreign_key.confrelid = 'customers_customer'::regclass
   AND held.attname <> 'company_id'
 UNION
SELECT kept.oid::regclass::text, held.attname
  FROM pg_class kept
  JOIN pg_attribute held ON held.attrelid = kept.oid AND held.attname = 'customer_id'
 WHERE kept.relkind IN ('r', 'p') AND kept.relnamespace = 'public'::regnamespace
 ORDER BY 1, 2
"""


@cache
def references() -> tuple[tuple[str, str], ...]:
    """(table, column) of every reference to a customer."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(COLUMNS)
        return tuple(cursor.fetchall())


@cache
def may_stay(table: str, column: str) -> bool:
    """Whether the model says that such rows stay with a merged record, or follow by themselves."""
    if table == "crm_changeevent":
        return True  # what happened to a record is told of it; readers follow customer.merged
    for model in apps.get_models():
        if model._meta.db_table == table:
            for field in model._meta.concrete_fields:
                if field.column == column:
                    policies = getattr(model, "on_merge", {})
                    return isinstance(policies.get(field.name), Stays | Derived)
    return False


def pointing_at_merged(company_id: int) -> list[tuple[str, str, int]]:
    """(table, column, rows) that name a merged record although they should have moved."""
    selects = [
        f"SELECT '{table}', '{column}', count(*) FROM {table} held"
        f" JOIN customers_customer gone ON gone.id = held.{column}"
        " WHERE gone.record_state = 'merged' AND gone.company_id = %s HAVING count(*) > 0"
        for table, column in references()
        if not may_stay(table, column)
    ]
    with connections["owner"].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), [company_id] * len(selects))
        return list(cursor.fetchall())
