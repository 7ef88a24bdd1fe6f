"""The marketing export: who gets which rows, read while they are written."""

from itertools import islice

import pytest
from django.db import connection

from crm.errors import Forbidden, InvalidInput
from crm.exports.csv_file import stream_csv
from crm.models import AuditEvent
from crm.roles import Role
from crm.tenancy import current_company_id
from customers.services.consent import record_consent
from scoring.models import MarketingExport
from scoring.selectors.marketing_export import MARKETING_COLUMNS, marketing_rows
from scoring.services.marketing_export import export_marketing
from scoring.services.membership import add_member
from scoring.services.refresh import RefreshedView, refresh_view
from scoring.services.segments import create_segment
from tests.factories.customers import make_customer
from tests.worlds import World


@pytest.fixture
def exported(committed: None, acme: World, globex: World) -> None:
    """Ana and Ben of acme, and a stranger; Ana agreed to e-mail and is in a segment."""
    manager = acme.actor(Role.MANAGER)
    with globex.inside():
        make_customer(globex.system(), name="Stranger")
    with acme.inside():
        ana = make_customer(acme.system(), name="Ana Lee", email="ana@example.com")
        make_customer(acme.system(), name="=cmd()")
        segment = create_segment(actor=manager, name="Golf")
        add_member(actor=manager, segment_id=segment.pk, customer_id=ana.pk)
        record_consent(
            actor=manager, customer_id=ana.pk, channel="email", granted=True, source="form"
        )
    refresh_view(view=RefreshedView.MARKETING, asked_by="test")


def names(world: World, **filters: str) -> list[str]:
    return [row.full_name for row in marketing_rows(actor=world.actor(Role.FINANCE), **filters)]


def test_each_company_takes_its_own(exported: None, acme: World, globex: World) -> None:
    assert names(acme) == ["Ana Lee", "=cmd()"]
    assert names(globex) == ["Stranger"]
    assert names(acme, segment="golf") == ["Ana Lee"]
    assert names(acme, segment="nothing") == []
    assert names(acme, channel="email") == ["Ana Lee"]
    assert names(acme, channel="sms") == []
    assert names(globex, segment="golf") == []


def test_a_file_of_chosen_columns_and_the_trail_of_it(exported: None, acme: World) -> None:
    with acme.inside():
        export = export_marketing(
            actor=acme.actor(Role.MANAGER),
            columns=["full_name", "email", "phone", "segments", "net"],
        )
    # The transaction that asked is over; the rows bring their own.
    assert current_company_id() is None
    content = b"".join(stream_csv(export.columns, export.rows, zone=acme.company.zone))
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Name,Email,Phone,Segment,Total Spent"
    assert lines[1].startswith("Ana Lee,ana@example.com,'+61")
    assert lines[1].endswith(",golf,0.00")
    assert lines[2].startswith("'=cmd(),")
    assert current_company_id() is None
    with acme.inside():
        event = AuditEvent.objects.get(action="customers.exported")
        assert event.new is not None
        assert event.new["columns"] == ["full_name", "email", "phone", "segments", "net"]


def test_a_download_that_is_broken_off_frees_its_transaction(exported: None, acme: World) -> None:
    rows = marketing_rows(actor=acme.actor(Role.ADMIN))
    assert len(list(islice(rows, 1))) == 1
    assert connection.in_atomic_block
    rows.close()  # type: ignore[attr-defined]
    assert not connection.in_atomic_block


def test_who_may_not_and_what_cannot_be_asked(acme: World) -> None:
    with pytest.raises(Forbidden):  # when it is asked for, not when the first row is read
        marketing_rows(actor=acme.actor(Role.RECEPTIONIST))
    with pytest.raises(InvalidInput):
        marketing_rows(actor=acme.actor(Role.ADMIN), channel="fax")
    with pytest.raises(InvalidInput):
        export_marketing(actor=acme.actor(Role.ADMIN), columns=["company_id"])


def test_every_column_of_the_view_can_be_chosen() -> None:
    fields = {field.name for field in MarketingExport._meta.fields}
    assert set(MARKETING_COLUMNS) == fields - {"company_id", "customer"}
