"""Who may send: making sources, rotating their secrets, and what is kept of these."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from crm.encryption import CannotUnseal, seal, unseal
from crm.errors import Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, InboundSource
from crm.roles import Role
from crm.services.inbound_receiving import signing_secrets
from crm.services.inbound_sources import (
    SourceValues,
    create_source,
    edit_source,
    rotate_secret,
    set_signing_secret,
)
from tests.factories.inbox import Sender, make_sender
from tests.worlds import World


def opens(sender: Sender, secret: str) -> bool:
    return bool(Sender(sender.source, secret).send({"id": 1}).status_code == 200)


def test_the_secret_is_shown_once_and_kept_as_a_digest(acme: World) -> None:
    source, secret = create_source(
        actor=acme.actor(Role.ADMIN),
        kind="scripted",
        values=SourceValues(name="Tickets"),
        signing_secret="hush hush",
    )
    stored = InboundSource.objects.values().get(pk=source.pk)
    assert secret not in str(stored)
    assert secret.encode() not in bytes(stored["secret_digest"])
    assert b"hush" not in bytes(stored["signing_secret_sealed"])
    event = AuditEvent.objects.get(action="inboundsource.created")
    assert event.new["name"] == "Tickets"
    assert event.new["is_signed"] is True
    assert secret not in str(event.new)
    assert "hush" not in str(event.new)


def test_two_rotations_leave_two_live_secrets(acme: World, sender: Sender) -> None:
    admin, first = acme.actor(Role.ADMIN), sender.secret
    _, second = rotate_secret(actor=admin, source=sender.source)
    assert [opens(sender, secret) for secret in (first, second)] == [True, True]
    _, third = rotate_secret(actor=admin, source=sender.source)
    assert [opens(sender, secret) for secret in (first, second, third)] == [False, True, True]
    InboundSource.objects.update(previous_secret_until=timezone.now() - timedelta(seconds=1))
    assert [opens(sender, secret) for secret in (second, third)] == [False, True]


def test_a_rotation_may_end_the_old_secret_at_once(acme: World, sender: Sender) -> None:
    rotate_secret(actor=acme.actor(Role.ADMIN), source=sender.source)
    _, new = rotate_secret(actor=acme.actor(Role.ADMIN), source=sender.source, overlap=timedelta(0))
    source = InboundSource.objects.get()
    assert (source.previous_secret_digest, source.previous_secret_until) == (None, None)
    assert [opens(sender, secret) for secret in (sender.secret, new)] == [False, True]
    assert AuditEvent.objects.filter(action="inboundsource.secret_rotated").count() == 2


def test_two_signing_secrets_are_accepted_after_a_change(acme: World) -> None:
    source = make_sender(acme, kind="signed", signing_secret="one").source
    admin = acme.actor(Role.ADMIN)
    assert signing_secrets(source) == ["one"]
    source = set_signing_secret(actor=admin, source=source, secret="two")
    assert signing_secrets(source) == ["two", "one"]
    source = set_signing_secret(actor=admin, source=source, secret="three")
    assert signing_secrets(source) == ["three", "two"]
    source = set_signing_secret(actor=admin, source=source, secret="four", keep_previous=False)
    assert signing_secrets(source) == ["four"]
    with pytest.raises(InvalidInput):
        set_signing_secret(actor=admin, source=source, secret="")


def test_what_is_decided_can_be_changed(acme: World, sender: Sender) -> None:
    values = SourceValues(name="New name", retention_days=30, settings={"day_first": True})
    edit_source(actor=acme.actor(Role.ADMIN), source=sender.source, values=values)
    source = InboundSource.objects.get()
    assert (source.name, source.retention_days) == ("New name", 30)
    event = AuditEvent.objects.get(action="inboundsource.updated")
    assert event.old == {"name": "scripted", "retention_days": 90, "settings": {}}
    edit_source(actor=acme.actor(Role.ADMIN), source=source, values=values)
    assert AuditEvent.objects.filter(action="inboundsource.updated").count() == 1


def test_a_kind_that_nobody_handles_and_settings_of_another_shape(acme: World) -> None:
    admin = acme.actor(Role.ADMIN)
    with pytest.raises(InvalidInput):
        create_source(actor=admin, kind="unheard of", values=SourceValues(name="X"))
    odd = SourceValues(name="X", settings=[1])  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        create_source(actor=admin, kind="scripted", values=odd)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_admins(acme: World, sender: Sender, role: Role) -> None:
    actor, values = acme.actor(role), SourceValues(name="X")
    with pytest.raises(Forbidden):
        create_source(actor=actor, kind="scripted", values=values)
    with pytest.raises(Forbidden):
        edit_source(actor=actor, source=sender.source, values=values)
    with pytest.raises(Forbidden):
        rotate_secret(actor=actor, source=sender.source)
    with pytest.raises(Forbidden):
        set_signing_secret(actor=actor, source=sender.source, secret="x")


def test_a_stranger(globex: World, acme: World, sender: Sender) -> None:
    with globex.inside(), pytest.raises(NotFound):
        rotate_secret(actor=globex.actor(Role.ADMIN), source=sender.source)
    assert opens(sender, sender.secret)


def test_no_delivery_names_another_companys_source(
    acme: World, globex: World, sender: Sender
) -> None:
    delivery = {"external_key": "x", "method": "POST", "source": sender.source}
    with globex.inside(), pytest.raises(IntegrityError), transaction.atomic():
        sender.source.deliveries.model.objects.create(company=globex.company, **delivery)


def test_a_sealed_secret_survives_a_rotation_of_the_key() -> None:
    with override_settings(SECRET_KEY="old"):
        sealed = seal("hush ü")
    assert b"hush" not in sealed
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["older", "old"]):
        assert unseal(sealed) == "hush ü"
    with override_settings(SECRET_KEY="new"), pytest.raises(CannotUnseal):
        unseal(sealed)


def test_a_source_whose_secret_cannot_be_read_is_closed(acme: World) -> None:
    with override_settings(SECRET_KEY="lost"):
        sender = make_sender(acme, kind="signed", signing_secret="one")
    assert sender.send({"id": 1}, headers={"X-Signature": "0"}).status_code == 401
