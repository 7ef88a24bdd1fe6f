"""`manage.py verify_audit`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from crm import audit
from tests.worlds import World


def test_an_untouched_trail_holds(committed: None, acme: World) -> None:
    with acme.inside():
        audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "Acme: 1 events, 0 broken" in out.getvalue()


def test_tampering_is_named(committed: None, acme: World) -> None:
    with acme.inside():
        audit.record(actor=acme.system(), action="branch.seen", subject=acme.north)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE crm_auditevent SET reason = 'never happened'")
        cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
    out = StringIO()
    with pytest.raises(CommandError, match="1 audit events"):
        call_command("verify_audit", stdout=out)
    assert "changed" in out.getvalue()
