"""Row-level security: what a connection sees and may do."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, connections, transaction

from crm.checks import tenant_models
from crm.errors import NotFound
from crm.models import Branch, Company
from crm.tenancy import (
    active_company_ids,
    bypass_reason,
    company_id_of,
    current_company_id,
    refuse_bypassing_role,
    use_company,
)
from customers.models import Tag
from tests.worlds import World

TENANT_TABLES = sorted({model._meta.db_table for model in tenant_models()} | {"crm_company"})


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_no_company_set_sees_no_row(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        assert cursor.fetchone() == (0,)


def test_every_table_with_a_company_is_protected(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE a.attname = 'company_id' AND c.relkind IN ('r', 'p')
                  AND NOT EXISTS (SELECT FROM pg_policy p
                                   WHERE p.polrelid = c.oid AND c.relrowsecurity)"""
        )
        assert cursor.fetchall() == []


def test_no_materialized_view_is_readable_as_a_whole(db: None) -> None:
    """They know no row-level security: the app reads the views of one company over them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname, has_table_privilege(oid, 'SELECT') FROM pg_class
                WHERE relkind = 'm' AND relnamespace = 'public'::regnamespace"""
        )
        readable = dict(cursor.fetchall())
    assert readable
    assert not any(readable.values())


def test_the_list_of_tenant_tables_is_not_empty() -> None:
    assert len(TENANT_TABLES) > 10
    assert apps.get_model("customers.Customer")._meta.db_table in TENANT_TABLES


def test_a_company_sees_itself_only(acme: World, globex: World) -> None:
    assert [company.slug for company in Company.objects.all()] == ["acme"]
    with globex.inside():
        assert [company.slug for company in Company.objects.all()] == ["globex"]
    assert current_company_id() == acme.company.pk


def test_the_setting_ends_with_the_block(db: None) -> None:
    with use_company(company_id_of("acme")):
        assert Branch.objects.count() == 2
    assert current_company_id() is None
    assert Branch.objects.count() == 0


def test_the_outer_company_is_back_after_an_error(acme: World, globex: World) -> None:
    with pytest.raises(ZeroDivisionError), globex.inside():
        raise ZeroDivisionError
    assert current_company_id() == acme.company.pk


def test_a_row_for_another_company_is_refused(acme: World, globex: World) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Tag.objects.create(company=globex.company, name="smuggled")


def test_a_reference_into_another_company_is_refused(acme: World, globex: World) -> None:
    member = acme.staff[next(iter(acme.staff))]
    member.branch = globex.north
    with pytest.raises(Exception, match="staff_branch_fk"), transaction.atomic():
        member.save()


def test_the_serving_role_cannot_bypass(db: None) -> None:
    assert bypass_reason(connection) is None


def test_the_owner_is_refused_for_serving(committed: None) -> None:
    owner = connections["owner"]
    owner.ensure_connection()
    assert "owns protected tables" in (bypass_reason(owner) or "")
    serving = connection.copy()
    serving.settings_dict = {**owner.settings_dict}
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"):
        serving.ensure_connection()
    assert serving.connection is None
    refuse_bypassing_role(connection=owner)  # the owner's own alias may


def test_unknown_company(db: None) -> None:
    with pytest.raises(NotFound):
        company_id_of("nowhere")


def test_active_companies(db: None) -> None:
    assert company_id_of("acme") in active_company_ids()
