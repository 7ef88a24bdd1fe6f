"""Which company the database connection works for.

Every tenant table has row-level security on `crm.company_id`, a setting that lives as long as the
transaction. `use_company` is the only way to set it. Where it was forgotten, the connection sees
nothing and writes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from crm.errors import NotFound

SET_COMPANY = "SELECT set_config('crm.company_id', %s, true)"
COMPANY_SETTING = "NULLIF(current_setting('crm.company_id', true), '')::bigint"


def current_company_id() -> int | None:
    """The company this transaction works for, or None."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COMPANY_SETTING}")
        row = cursor.fetchone()
    return row[0] if row else None


@contextmanager
def use_company(company_id: int) -> Iterator[None]:
    """Work for one company: a transaction whose rows are that company's only.

    Blocks may nest; the outer company is back when the inner block ends.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT current_setting('crm.company_id', true), ({SET_COMPANY[7:]})",
                [str(company_id)],
            )
            row = cursor.fetchone()
        outer = (row[0] if row else None) or ""
        yield
        # Where the block is to be rolled back, that takes the setting back by itself.
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(SET_COMPANY, [outer])


def company_id_of(slug: str) -> int:
    """The id of the company that a command names; NotFound when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_of_slug(%s)", [slug])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotFound(f"There is no company “{slug}”.")
    return int(row[0])


def active_company_ids() -> list[int]:
    """The ids of all active companies, for jobs that run once for each."""
    return companies_by("active_companies")


def companies_by(function: str) -> list[int]:
    """The ids that one of our SECURITY DEFINER functions answers, such as companies with work due.

    It is asked before a company is known, so it answers with ids only.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {connection.ops.quote_name(function)}()")
        return [row[0] for row in cursor.fetchall()]


ROLE_FACTS = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT FROM pg_class c
                WHERE c.relrowsecurity AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
  FROM pg_roles r WHERE r.rolname = current_user
"""


def bypass_reason(database: BaseDatabaseWrapper) -> str | None:
    """Why the login of this connection could see every company, or None when it cannot."""
    with database.cursor() as cursor:
        cursor.execute(ROLE_FACTS)
        row = cursor.fetchone()
    if row is None:
        return "the login's role is unknown to the database"
    name, is_superuser, bypasses, owns = row
    if is_superuser:
        return f"role {name} is a superuser"
    if bypasses:
        return f"role {name} has BYPASSRLS"
    if owns:
        return f"role {name} owns protected tables or is a member of their owner"
    return None


def refuse_bypassing_role(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`: the serving login must be bound by row-level security."""
    if connection.alias != "default" or connection.settings_dict.get("MAY_BYPASS"):
        return
    reason = bypass_reason(connection)
    if reason is not None:
        connection.close()
        raise ImproperlyConfigured(
            f"DATABASE_URL must log in as crm_app, which row-level security binds, but {reason}. "
            "Give the owner's login as DATABASE_OWNER_URL instead."
        )
