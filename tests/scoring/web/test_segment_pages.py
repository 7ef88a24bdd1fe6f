"""Segments: seen by all staff, changed by managers; rules as rows that need no script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from customers.models import Customer
from scoring.models import Segment
from scoring.segments.rules import read_rules
from scoring.services.membership import add_member, evaluate_segment
from scoring.services.segments import create_segment
from tests.customers.web.test_card_page import text_of
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
LIST = "/customers/segments/"
QUERIES = 12
SCORE_20 = {"all": [{"field": "score", "op": "at_least", "value": 20}]}
# What the form cannot show as rows.
NESTED = {"any": [SCORE_20, {"all": [{"field": "city", "op": "is", "value": "Bondi"}]}]}


def segment_of(acme: World, rules: Any = SCORE_20, name: str = "Regulars") -> Segment:
    return create_segment(actor=acme.actor(Role.MANAGER), name=name, rules=rules)


def good_customer(acme: World, name: str = "Ana Best") -> Customer:
    customer = make_customer(acme.system(), name=name)
    for _ in range(10):
        place_order(customer, net="120", at=timezone.now())
    return customer


def row(number: int, field: str, op: str, *values: str) -> dict[str, Any]:
    return {
        f"row-{number}-field": field,
        f"row-{number}-op": op,
        f"row-{number}-value": list(values),
    }


def form(name: str = "Big spenders", do: str = "save", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "", "colour": "#3b82f6", "match": "all", "do": do, **more}


def test_everybody_sees_segments_and_members(acme: World, client_of: SignIn) -> None:
    segment, ana = segment_of(acme), good_customer(acme)
    evaluate_segment(actor=acme.system(), segment_id=segment.pk)
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    assert "Regulars" in text_of(desk.get(LIST).content)
    page = desk.get(f"{LIST}{segment.slug}/")
    text = text_of(page.content)
    for words in ("Score is at least 20", "1 member", ana.full_name, "30 Hot", "By rule"):
        assert words in text, words
    assert "Edit" not in text
    assert "Keep out" not in text


def test_no_segments_yet(acme: World, client_of: SignIn) -> None:
    assert "A manager can make" in text_of(client_of(acme.staff[Role.SERVICE]).get(LIST).content)
    assert "New segment" in text_of(client_of(acme.staff[Role.MANAGER]).get(LIST).content)


@pytest.mark.parametrize("page", ["new/", "regulars/edit/"])
def test_only_managers_change(acme: World, client_of: SignIn, page: str) -> None:
    segment_of(acme)
    client = client_of(acme.staff[Role.FINANCE])
    assert client.get(LIST + page).status_code == 403
    assert client.post(LIST + page, form()).status_code == 403
    for button in ("evaluate", "switch", "members"):
        assert client.post(f"{LIST}regulars/{button}/").status_code == 403


def test_another_companys_segment(acme: World, globex: World, client_of: SignIn) -> None:
    segment_of(acme)
    stranger = client_of(globex.staff[Role.ADMIN])
    assert "Regulars" not in text_of(stranger.get(LIST).content)
    for page in ("", "edit/"):
        assert stranger.get(f"{LIST}regulars/{page}").status_code == 404
    for page in ("edit/", "evaluate/", "switch/", "members/"):
        assert stranger.post(f"{LIST}regulars/{page}", form()).status_code == 404


def test_a_rule_is_built_row_by_row(acme: World, client_of: SignIn) -> None:
    manager = client_of(acme.staff[Role.MANAGER])
    added = manager.post(f"{LIST}new/", form(name="", do="add", add_field="net"))
    assert added.status_code == 200
    assert "This field is required" not in added.content.decode()
    assert 'name="row-0-field" value="net"' in added.content.decode()
    two = row(0, "net", "between", "100 to 5,000.50") | row(1, "band", "in", "hot", "warm")
    removed = manager.post(f"{LIST}new/", form(do="remove-0") | two)
    assert [one.name for one in removed.context["draft"].rows] == ["band"]
    saved = manager.post(f"{LIST}new/", form() | two, follow=True)
    assert "is saved" in text_of(saved.content)
    segment = Segment.objects.get(name="Big spenders")
    assert segment.rules == {
        "all": [
            {"field": "net", "op": "between", "value": ["100", "5000.50"]},
            {"field": "band", "op": "in", "value": ["hot", "warm"]},
        ]
    }
    text = text_of(saved.content)
    assert "Spent, net is between 100 and 5,000.50" in text
    assert "Band is hot or warm" in text


def test_counting_before_saving(acme: World, client_of: SignIn) -> None:
    ana = good_customer(acme)
    manager = client_of(acme.staff[Role.MANAGER])
    answer = manager.post(f"{LIST}new/", form(do="preview") | row(0, "score", "at_least", "20"))
    text = text_of(answer.content)
    assert "1 customer would belong now" in text
    assert ana.full_name in text
    assert Segment.objects.count() == 0
    nothing = manager.post(f"{LIST}new/", form(do="preview"))
    assert nothing.status_code == 422
    assert "Add a condition first" in text_of(nothing.content)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (row(0, "score", "at_least", "many"), "Write a whole number"),
        (row(0, "score", "between", "20 to 10"), "The last value lies before the first"),
        (row(0, "net", "at_least", "1e5"), "Write an amount"),
        (row(0, "band", "in"), "Write a list of 1 to 20 values"),
        (row(0, "band", "in", "tepid"), "Choose from"),
        (row(0, "score", "like", "1"), "can be asked with"),
        (row(0, "password", "is", "1"), "Choose what to ask about"),
        (row(0, "city", "is", "a\x00b"), "�"),
        (row(0, "last_order_at", "before", "31/12/2025"), "Write a day as"),
        ({"name": ""}, "This field is required"),
        ({"colour": "red"}, "A colour is"),
    ],
)
def test_what_was_wrong_stands_where_it_is(
    acme: World, client_of: SignIn, sent: dict[str, Any], said: str
) -> None:
    answer = client_of(acme.staff[Role.MANAGER]).post(f"{LIST}new/", form() | sent)
    assert answer.status_code in (400, 422)
    assert said in answer.content.decode()
    assert Segment.objects.count() == 0


def test_a_taken_name(acme: World, client_of: SignIn) -> None:
    segment_of(acme)
    answer = client_of(acme.staff[Role.MANAGER]).post(f"{LIST}new/", form(name="REGULARS"))
    assert answer.status_code == 422
    assert "of this name already" in answer.content.decode()


def test_editing_shows_the_rules_as_they_are(acme: World, client_of: SignIn) -> None:
    rules = {
        "any": [
            {"field": "orders", "op": "is_not", "value": 3},
            {"field": "consent_sms", "op": "is", "value": "yes"},
            {"field": "has_open_lead", "op": "is", "value": False},
            {"field": "last_order_at", "op": "more_than_days_ago", "value": 90},
            {"field": "city", "op": "is_empty", "value": True},
        ]
    }
    segment = segment_of(acme, rules)
    client, url = client_of(acme.staff[Role.ADMIN]), f"{LIST}{segment.slug}/edit/"
    rows = client.get(url).context["draft"].rows
    sent = form(name=segment.name, match="any")
    for one in rows:
        sent |= row(one.number, one.name, one.chosen, *one.values)
    assert client.post(url, sent).status_code == 302
    segment.refresh_from_db()
    kept = dict(rules)
    kept["any"][1] = {"field": "consent_sms", "op": "in", "value": ["yes"]}
    assert read_rules(segment.rules) == read_rules(kept)


def test_groups_in_groups_are_edited_as_text(acme: World, client_of: SignIn) -> None:
    segment = segment_of(acme, NESTED)
    client, url = client_of(acme.staff[Role.ADMIN]), f"{LIST}{segment.slug}/edit/"
    assert "groups inside groups" in client.get(url).content.decode()
    wrong = client.post(url, form(name=segment.name, rules="{"))
    assert wrong.status_code == 422
    assert "This is not JSON" in wrong.content.decode()
    text = '{"all": [{"field": "orders", "op": "is", "value": 1}]}'
    assert client.post(url, form(name=segment.name, rules=text)).status_code == 302
    assert "Orders is exactly 1" not in text_of(client.get(f"{LIST}{segment.slug}/").content)
    assert "Orders is 1" in text_of(client.get(f"{LIST}{segment.slug}/").content)


def test_by_hand(acme: World, client_of: SignIn) -> None:
    segment, ana = segment_of(acme), good_customer(acme)
    client, page = client_of(acme.staff[Role.MANAGER]), f"{LIST}{segment.slug}/"
    said = client.post(f"{page}evaluate/", follow=True)
    assert "1 joined, 0 left" in text_of(said.content)
    client.post(f"{page}members/", {"customer": str(ana.pk), "decision": "keep_out"})
    assert "No members" in text_of(client.get(page).content)
    assert ana.full_name in text_of(client.get(f"{page}?show=kept_out").content)
    history = text_of(client.get(f"{page}?show=history").content)
    assert "Joined" in history
    assert "Left" in history
    assert AuditEvent.objects.filter(action="segment.member_decided").count() == 1
    client.post(f"{page}switch/")
    segment.refresh_from_db()
    assert not segment.is_active
    assert "Out of use" in text_of(client.get(LIST).content)


@pytest.mark.parametrize("query", ["show=all", "cursor=x", "show=history&cursor=x"])
def test_damaged_links(acme: World, client_of: SignIn, query: str) -> None:
    segment = segment_of(acme)
    client = client_of(acme.staff[Role.RECEPTIONIST])
    assert client.get(f"{LIST}{segment.slug}/?{query}").status_code == 400


@pytest.mark.parametrize("sent", [{}, {"customer": "x", "decision": "add"}, {"decision": "add"}])
def test_damaged_decisions(acme: World, client_of: SignIn, sent: dict[str, str]) -> None:
    segment = segment_of(acme)
    client = client_of(acme.staff[Role.MANAGER])
    assert client.post(f"{LIST}{segment.slug}/members/", sent).status_code == 400


def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    segment, client = segment_of(acme), client_of(acme.staff[Role.MANAGER])
    for number in range(9):
        customer = make_customer(acme.system(), name=f"Member {number}")
        add_member(actor=acme.actor(Role.MANAGER), segment_id=segment.pk, customer_id=customer.pk)
    client.get(LIST)
    with django_assert_num_queries(QUERIES):
        client.get(f"{LIST}{segment.slug}/")
