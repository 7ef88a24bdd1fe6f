"""Making and changing segments."""

import pytest

from crm import outbox
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from scoring.models import Segment, SegmentMember
from scoring.segments.system import SYSTEM_SEGMENTS
from scoring.services.segments import (
    create_segment,
    edit_segment,
    ensure_system_segments,
    set_segment_active,
)
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

NO_ORDER = {"all": [{"field": "orders", "op": "is", "value": 0}]}


def make(world: World, name: str = "Golf club", **values: object) -> Segment:
    return create_segment(actor=world.actor(Role.MANAGER), name=name, **values)  # type: ignore[arg-type]


def test_a_segment_by_rule_fills_itself_after_the_commit(committed: None, acme: World) -> None:
    with acme.inside():
        ana = make_customer(acme.system())
        segment = make(acme, "No order yet", colour="#FFF", rules=NO_ORDER)
        assert (segment.slug, segment.colour, segment.members) == ("no-order-yet", "#fff", 0)
    outbox.drain(acme.company.pk)
    with acme.inside():
        segment.refresh_from_db()
        assert segment.members == 1
        assert [member.customer_id for member in SegmentMember.objects.all()] == [ana.pk]
        event = AuditEvent.objects.get(action="segment.created")
        assert event.new is not None
        assert event.new["rules"] == NO_ORDER


def test_slugs_get_a_number_at_most_five_tries(acme: World) -> None:
    names = ["Golf club", "Golf, club", "Golf: club", "Golf! club", "Golf? club"]
    assert [make(acme, name).slug for name in names] == [
        "golf-club", "golf-club-2", "golf-club-3", "golf-club-4", "golf-club-5",
    ]  # fmt: skip
    with pytest.raises(Conflict, match="nearly this name"):
        make(acme, "Golf. club")
    assert make(acme, "ลูกค้าประจำ").slug == "segment"


def test_names_are_unique_without_regard_to_case(acme: World, globex: World) -> None:
    with globex.inside():
        make(globex, "Golf club")
    make(acme, "Golf club")
    other = make(acme, "Tennis")
    with pytest.raises(Conflict) as refused:
        make(acme, " GOLF  club")
    assert "name" in refused.value.fields
    with pytest.raises(Conflict):
        edit_segment(
            actor=acme.actor(Role.MANAGER), segment_id=other.pk, changes={"name": "golf CLUB"}
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "), ("name", "x" * 121), ("name", "a\x00"), ("name", None),
        ("description", "x" * 501), ("colour", "red"), ("colour", "#12"), ("colour", "#12345g"),
        ("colour", "#fff\n;"), ("rules", {}), ("rules", "score > 3"),
    ],
)  # fmt: skip
def test_bad_values_are_refused_at_their_field(acme: World, field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(acme, **({"name": "Golf"} | {field: value}))  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_an_edit_is_audited_and_evaluated_again(committed: None, acme: World) -> None:
    with acme.inside():
        make_customer(acme.system())
        segment = make(acme, rules=NO_ORDER)
    outbox.drain(acme.company.pk)
    actor = acme.actor(Role.MANAGER)
    with acme.inside():
        rules = {"all": [{"field": "orders", "op": "at_least", "value": 1}]}
        edit_segment(
            actor=actor, segment_id=segment.pk, changes={"rules": rules, "name": "Golf club"}
        )
        edit_segment(actor=actor, segment_id=segment.pk, changes={"rules": rules})
        event = AuditEvent.objects.get(action="segment.updated")
        assert (event.old, event.new) == ({"rules": NO_ORDER}, {"rules": rules})
    outbox.drain(acme.company.pk)
    with acme.inside():
        segment.refresh_from_db()
        assert (segment.members, SegmentMember.objects.count()) == (0, 0)
        with pytest.raises(InvalidInput):
            edit_segment(actor=actor, segment_id=segment.pk, changes={"slug": "other"})


def test_out_of_use_and_back(acme: World) -> None:
    actor, segment = acme.actor(Role.MANAGER), make(acme, rules=NO_ORDER)
    for is_active in (False, False, True):
        set_segment_active(actor=actor, segment_id=segment.pk, is_active=is_active)
    actions = AuditEvent.objects.filter(subject_id=str(segment.pk)).order_by("id")
    assert [event.action for event in actions] == [
        "segment.created", "segment.deactivated", "segment.activated",
    ]  # fmt: skip


def test_system_segments_are_made_once_and_stay_as_people_changed_them(acme: World) -> None:
    make(acme, "Regular")
    assert ensure_system_segments(actor=acme.system()) == len(SYSTEM_SEGMENTS) - 1
    assert ensure_system_segments(actor=acme.system()) == 0
    assert Segment.objects.filter(is_system=True).count() == len(SYSTEM_SEGMENTS) - 1
    vip = Segment.objects.get(slug="vip")
    edit_segment(actor=acme.system(), segment_id=vip.pk, changes={"name": "Best friends"})
    assert ensure_system_segments(actor=acme.system()) == 0


def test_strangers_and_receptionists_may_not(acme: World, globex: World) -> None:
    segment = make(acme)
    with pytest.raises(Forbidden):
        create_segment(actor=acme.actor(Role.RECEPTIONIST), name="Mine")
    with globex.inside(), pytest.raises(NotFound):
        edit_segment(
            actor=globex.actor(Role.MANAGER), segment_id=segment.pk, changes={"name": "Theirs"}
        )


def test_four_people_make_the_same_segment_at_once(committed: None, acme: World) -> None:
    def attempt(_: int) -> str:
        with acme.inside():
            try:
                return make(acme).slug
            except Conflict:
                return "taken"

    assert sorted(run_threads(4, attempt)) == ["golf-club", "taken", "taken", "taken"]
