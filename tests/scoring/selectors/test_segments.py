"""Segments as screens read them."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from crm.errors import Forbidden, InvalidInput, NotFound, Unavailable
from crm.roles import Role
from customers.services.removal import delete_customer
from scoring.models import Segment
from scoring.selectors import segments as selectors
from scoring.selectors.segments import (
    customer_segment_history,
    get_segment,
    list_segments,
    memberships_of,
    preview_rules,
    segment_history,
    segment_members,
    segments_by_customer,
)
from scoring.services.membership import add_member, evaluate_segment, keep_out
from scoring.services.segments import create_segment, set_segment_active
from tests.factories.customers import make_customer
from tests.worlds import World

IN_FITZROY = {"all": [{"field": "city", "op": "is", "value": "Fitzroy"}]}


@pytest.fixture
def fitzroy(acme: World) -> Segment:
    """A segment of five by rule, Eve kept out and Zoe added by hand."""
    manager = acme.actor(Role.MANAGER)
    segment = create_segment(actor=manager, name="Fitzroy", rules=IN_FITZROY)
    for name in ("Ana", "Ben", "Cy", "Dee", "Eve"):
        make_customer(acme.system(), name=name, city="Fitzroy")
    evaluate_segment(actor=acme.system(), segment_id=segment.pk)
    for name, decide in (("Eve", keep_out), ("Zoe", add_member)):
        customer = make_customer(acme.system(), name=name)
        if name == "Eve":
            delete_customer(actor=acme.actor(Role.ADMIN), customer_id=customer.pk, reason="twice")
            customer = segment.memberships.get(customer__full_name="Eve").customer
        decide(actor=manager, segment_id=segment.pk, customer_id=customer.pk)
    segment.refresh_from_db()
    return segment


def test_members_page_by_page_at_a_fixed_cost(acme: World, fitzroy: Segment) -> None:
    actor, names, cursor = acme.actor(), [], ""
    for _ in range(3):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = segment_members(actor=actor, segment=fitzroy, cursor=cursor, size=2)
            names += [member.customer.full_name for member in page.rows]
            assert [member.customer.engagement.orders for member in page.rows] == [0] * len(
                page.rows
            )
            assert all(member.customer.primary_points for member in page.rows)
        assert len(queries) <= 3
        cursor = page.next_cursor
    assert cursor == ""
    assert names[0] == "Zoe"
    assert sorted(names) == ["Ana", "Ben", "Cy", "Dee", "Zoe"]
    kept = segment_members(actor=actor, segment=fitzroy, how=["kept_out"])
    assert [member.customer.full_name for member in kept.rows] == ["Eve"]
    assert fitzroy.members == 5
    with pytest.raises(InvalidInput):
        segment_members(actor=actor, segment=fitzroy, how=["all"])
    with pytest.raises(InvalidInput):
        segment_members(actor=actor, segment=fitzroy, cursor="1")


def test_history_of_a_segment_and_of_a_customer(acme: World, fitzroy: Segment) -> None:
    told = segment_history(actor=acme.actor(), segment=fitzroy).rows
    assert [(row.customer.full_name, row.joined) for row in told[:2]] == [
        ("Zoe", True), ("Eve", False),
    ]  # fmt: skip
    eve = told[1].customer
    own = customer_segment_history(actor=acme.actor(), customer_id=eve.pk).rows
    assert [(row.segment.name, row.joined, row.how) for row in own] == [
        ("Fitzroy", False, "kept_out"),
        ("Fitzroy", True, "rule"),
    ]


def test_the_segments_of_customers_for_card_and_lists(acme: World, fitzroy: Segment) -> None:
    page = segment_members(actor=acme.actor(), segment=fitzroy)
    ids = [member.customer_id for member in page.rows]
    with CaptureQueriesContext(connection) as queries:
        found = segments_by_customer(actor=acme.actor(), customer_ids=ids)
    assert len(queries) == 1
    assert {pk: [segment.slug for segment in segments] for pk, segments in found.items()} == {
        pk: ["fitzroy"] for pk in ids
    }
    zoe = next(member.customer for member in page.rows if member.customer.full_name == "Zoe")
    told = memberships_of(actor=acme.actor(), customer_id=zoe.pk)
    assert [(member.segment.name, member.how) for member in told] == [("Fitzroy", "added")]
    set_segment_active(actor=acme.system(), segment_id=fitzroy.pk, is_active=False)
    assert memberships_of(actor=acme.actor(), customer_id=zoe.pk) == []
    assert segments_by_customer(actor=acme.actor(), customer_ids=ids) == {}
    assert list_segments(actor=acme.actor()) == []
    assert list_segments(actor=acme.actor(), with_inactive=True) == [fitzroy]


def test_a_look_before_saving(acme: World, fitzroy: Segment) -> None:
    for number in range(20):
        make_customer(acme.system(), name=f"Person {number:02}", city="Fitzroy")
    found = preview_rules(actor=acme.actor(Role.MANAGER), rules=IN_FITZROY)
    assert found.count == 25
    assert [customer.full_name for customer in found.customers][:6] == [
        "Ana", "Ben", "Cy", "Dee", "Eve", "Person 00",
    ]  # fmt: skip
    assert len(found.customers) == 20
    with pytest.raises(InvalidInput):
        preview_rules(actor=acme.actor(Role.MANAGER), rules={"all": []})
    with pytest.raises(Forbidden):
        preview_rules(actor=acme.actor(Role.RECEPTIONIST), rules=IN_FITZROY)


def test_a_look_that_takes_too_long_is_ended_with_words(
    committed: None, acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PREVIEW_MILLISECONDS", 50)
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("LOCK TABLE customers_contactpoint IN ACCESS EXCLUSIVE MODE")
        with acme.inside():
            rules = {"all": [{"field": "has_email", "op": "is", "value": True}]}
            with pytest.raises(Unavailable, match="takes too long"):
                preview_rules(actor=acme.actor(Role.MANAGER), rules=rules)
            # The transaction goes on, and without the limit.
            assert preview_rules(actor=acme.actor(Role.MANAGER), rules=IN_FITZROY).count == 0
            with connection.cursor() as ours:
                ours.execute("SHOW statement_timeout")
                assert ours.fetchone() == ("0",)


def test_a_stranger_sees_nothing(acme: World, globex: World, fitzroy: Segment) -> None:
    with globex.inside():
        assert list_segments(actor=globex.actor()) == []
        with pytest.raises(NotFound):
            get_segment(actor=globex.actor(), slug="fitzroy")
        assert segment_members(actor=globex.actor(), segment=fitzroy).rows == []
        assert segment_history(actor=globex.actor(), segment=fitzroy).rows == []
        assert preview_rules(actor=globex.actor(Role.MANAGER), rules=IN_FITZROY).count == 0


def test_the_command_evaluates_one_company_or_all(committed: None, acme: World) -> None:
    with acme.inside():
        make_customer(acme.system())

    def run(**options: Any) -> str:
        out = StringIO()
        call_command("evaluate_segments", stdout=out, **options)
        return out.getvalue()

    assert "acme prospect: 1 joined, 0 left" in run(company="acme")
    assert "globex vip: 0 joined, 0 left" in run()
    with pytest.raises(CommandError):
        run(company="nobody")
