"""What people decide about deliveries, and what is forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm import tasks
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, InboundDelivery, OutboxEvent
from crm.models.inbound_delivery import DeliveryState
from crm.roles import Role
from crm.services.inbound_processing import drain
from crm.services.inbound_replay import dismiss, replay, replay_dead, replay_outdated
from tests.factories.inbox import Scripted, Sender, make_sender, use_handler
from tests.worlds import World


def make_dead(world: World, sender: Sender, count: int = 1) -> list[InboundDelivery]:
    for number in range(count):
        sender.send({"id": f"dead {number}", "do": "never"})
    drain(world.company.pk)
    OutboxEvent.objects.all().delete()
    return list(InboundDelivery.objects.filter(state="dead").order_by("id"))


def states() -> list[str]:
    return list(InboundDelivery.objects.order_by("id").values_list("state", flat=True))


def test_the_chosen_ones_are_processed_anew(acme: World, sender: Sender) -> None:
    first, second = make_dead(acme, sender, 2)
    chosen = InboundDelivery.objects.filter(pk=first.pk)
    assert replay(actor=acme.actor(Role.ADMIN), deliveries=chosen) == 1
    first.refresh_from_db()
    assert (first.state, first.attempts, first.error) == ("received", 0, "")
    assert first.failures, "what went wrong before stays to be read"
    event = AuditEvent.objects.get(action="inbounddelivery.replayed")
    assert (event.subject_id, event.new) == (str(first.pk), {"was": "dead"})
    assert OutboxEvent.objects.filter(topic="inbox.received").count() == 1
    second.refresh_from_db()
    assert second.state == "dead"


def test_all_dead_ones_of_a_source(acme: World, sender: Sender) -> None:
    make_dead(acme, sender, 3)
    other = make_sender(acme, name="other")
    make_dead(acme, other)
    assert replay_dead(actor=acme.actor(Role.ADMIN), source=sender.source) == 3
    assert states() == ["received"] * 3 + ["dead"]
    event = AuditEvent.objects.get(action="inboundsource.replayed")
    assert event.new == {"deliveries": 3, "which": "dead"}
    assert replay_dead(actor=acme.actor(Role.ADMIN), source=make_sender(acme, name="x").source) == 0


def test_a_corrected_parser_reads_again_what_the_old_one_read(
    acme: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Corrected(Scripted):
        parser_version = 2

    sender.send({"id": 1, "do": "done"})
    sender.send({"id": 2, "do": "ignore"})
    drain(acme.company.pk)
    use_handler(monkeypatch, Corrected())
    sender.send({"id": 3, "do": "done"})
    drain(acme.company.pk)
    admin = acme.actor(Role.ADMIN)
    assert replay_outdated(actor=admin, source=sender.source) == 2
    assert states() == ["received", "received", "processed"]
    drain(acme.company.pk)
    assert set(InboundDelivery.objects.values_list("parser_version", flat=True)) == {2}
    assert replay_outdated(actor=admin, source=sender.source) == 0


def test_a_dead_one_is_dismissed_with_a_reason(acme: World, sender: Sender) -> None:
    (dead,) = make_dead(acme, sender)
    dismiss(actor=acme.actor(Role.ADMIN), delivery=dead, reason=" A test order. ")
    dead.refresh_from_db()
    assert (dead.state, dead.error) == ("dismissed", "A test order.")
    event = AuditEvent.objects.get(action="inbounddelivery.dismissed")
    assert (event.reason, event.old) == (
        "A test order.",
        {"state": "dead", "error": "No such order."},
    )


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_is_dismissed(acme: World, sender: Sender, reason: str) -> None:
    (dead,) = make_dead(acme, sender)
    with pytest.raises(InvalidInput):
        dismiss(actor=acme.actor(Role.ADMIN), delivery=dead, reason=reason)


def test_what_went_well_is_not_dismissed(acme: World, sender: Sender) -> None:
    sender.send({"id": 1, "do": "done"})
    drain(acme.company.pk)
    with pytest.raises(Conflict, match="processed"):
        dismiss(
            actor=acme.actor(Role.ADMIN), delivery=InboundDelivery.objects.get(), reason="why not"
        )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_admins_decide(acme: World, sender: Sender, role: Role) -> None:
    (dead,) = make_dead(acme, sender)
    actor = acme.actor(role)
    with pytest.raises(Forbidden):
        replay(actor=actor, deliveries=InboundDelivery.objects.all())
    with pytest.raises(Forbidden):
        replay_dead(actor=actor, source=sender.source)
    with pytest.raises(Forbidden):
        replay_outdated(actor=actor, source=sender.source)
    with pytest.raises(Forbidden):
        dismiss(actor=actor, delivery=dead, reason="because")
    assert states() == ["dead"]


def test_a_stranger_finds_nothing_to_decide(acme: World, globex: World, sender: Sender) -> None:
    (dead,) = make_dead(acme, sender)
    with globex.inside():
        stranger = globex.actor(Role.ADMIN)
        assert replay(actor=stranger, deliveries=InboundDelivery.objects.all()) == 0
        assert replay_dead(actor=stranger, source=sender.source) == 0
        with pytest.raises(NotFound):
            dismiss(actor=stranger, delivery=dead, reason="because")
    assert states() == ["dead"]


def test_the_nightly_purge_keeps_what_is_young_dead_or_waiting(
    committed: None, acme: World
) -> None:
    now = timezone.now()
    with acme.inside():
        weeks = make_sender(acme, name="weeks", retention_days=7).source
        months = make_sender(acme, name="months", retention_days=60).source
        for source in (weeks, months):
            for state in DeliveryState:
                for days in (1, 8):
                    InboundDelivery.objects.create(
                        company=acme.company,
                        source=source,
                        external_key=f"{state} {days}",
                        method="POST",
                        state=state,
                        error="why",
                        received_at=now - timedelta(days=days),
                    )
    assert tasks.purge_inbox() == 3
    with acme.inside():
        left = InboundDelivery.objects.filter(source=weeks, received_at__lt=now - timedelta(days=2))
        assert set(left.values_list("state", flat=True)) == {"received", "failed", "dead"}
        assert InboundDelivery.objects.filter(source=months).count() == 12
        event = AuditEvent.objects.get(action="inboundsource.purged")
        assert (event.subject_id, event.new) == (str(weeks.pk), {"deliveries": 3})
    assert tasks.purge_inbox() == 0
