"""The history of merges, and undoing one: row by row what goes where."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer, MatchDecision, Merge
from customers.models.duplicate import Verdict
from customers.models.merge import MergeState
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from tests.factories.customers import make_customer
from tests.worlds import World

LIST = "admin:customers_merge_changelist"
DETAIL = "admin:customers_merge_change"
UNDO = "admin:customers_merge_undo"
LIST_QUERIES, UNDO_QUERIES = 10, 32
SignIn = Callable[[StaffMember], Client]


def make_merge(world: World) -> Merge:
    """Anna with a note goes into Ana."""
    actor = world.actor(Role.ADMIN)
    one = make_customer(actor, name="Ana Costa")
    other = make_customer(actor, name="Anna Kosta")
    add_note(actor=actor, customer_id=other.pk, text="likes tea")
    return merge_customers(actor=actor, survivor_id=one.pk, others=[other.pk], reason="Same shop")


@pytest.fixture
def merge(acme: World) -> Merge:
    """A merge that stands."""
    return make_merge(acme)


def test_the_history_tells_who_and_what(desk: Client, merge: Merge) -> None:
    page = desk.get(reverse(LIST)).content.decode()
    for words in ("Ana Costa", "Anna Kosta", "Admin of Acme", "Merged"):
        assert words in page
    assert "Ana Costa" not in desk.get(reverse(LIST), {"state": "undone"}).content.decode()
    assert desk.get(reverse(LIST), {"state": "x"}).status_code == 400


def test_a_merge_shows_what_moved(desk: Client, merge: Merge) -> None:
    page = desk.get(reverse(DETAIL, args=[merge.pk])).content.decode()
    assert "Same shop" in page
    assert "Notes" in page
    assert reverse(UNDO, args=[merge.pk]) in page


def test_undone_exactly_when_nothing_changed(desk: Client, merge: Merge) -> None:
    page = desk.get(reverse(UNDO, args=[merge.pk])).content.decode()
    assert "Nothing changed since" in page
    answer = desk.post(reverse(UNDO, args=[merge.pk]), {"reason": "Twins"}, follow=True)
    assert "Undone" in answer.content.decode()
    merge.refresh_from_db()
    assert (merge.state, merge.undo_reason) == (MergeState.UNDONE, "Twins")
    again = Customer.objects.get(full_name="Anna Kosta")
    assert again.is_live
    assert again.notes.count() == 1
    assert MatchDecision.objects.get().verdict == Verdict.NOT_DUPLICATE


def test_what_came_later_is_listed_and_goes_where_it_is_sent(
    acme: World, desk: Client, merge: Merge
) -> None:
    actor = acme.actor(Role.ADMIN)
    add_note(actor=actor, customer_id=merge.survivor_id, text="came after the merge")
    page = desk.get(reverse(UNDO, args=[merge.pk]))
    text = page.content.decode()
    assert "Nothing changed since" not in text
    asked = [change for change in page.context["preview"].changes if change.options]
    assert asked
    absorbed = Customer.objects.get(merged_into=merge.survivor_id)
    sent = {f"goes.{change.key}": str(absorbed.pk) for change in asked}
    assert desk.post(reverse(UNDO, args=[merge.pk]), sent).status_code == 302
    texts = set(absorbed.notes.values_list("text", flat=True))
    assert texts == {"likes tea", "came after the merge"}


def test_undone_twice_is_refused_in_words(desk: Client, merge: Merge) -> None:
    undo = reverse(UNDO, args=[merge.pk])
    assert desk.post(undo).status_code == 302
    again = desk.post(undo)
    assert again.status_code == 409
    assert "nothing left to undo" in again.content.decode()
    assert desk.get(undo).status_code == 409


def test_a_place_that_is_none_is_refused(acme: World, desk: Client, merge: Merge) -> None:
    add_note(actor=acme.actor(), customer_id=merge.survivor_id, text="later")
    changes = desk.get(reverse(UNDO, args=[merge.pk])).context["preview"].changes
    key = next(change.key for change in changes if change.options)
    answer = desk.post(reverse(UNDO, args=[merge.pk]), {f"goes.{key}": str(uuid4())})
    assert answer.status_code in (400, 409)
    merge.refresh_from_db()
    assert merge.state == MergeState.DONE


def test_the_cards_lead_to_the_merge_and_back(
    acme: World, desk: Client, client_of: SignIn, merge: Merge
) -> None:
    absorbed = Customer.objects.get(merged_into=merge.survivor_id)
    answer = desk.get(reverse("customers:card", args=[absorbed.pk]))
    assert answer.headers["Location"] == reverse("customers:card", args=[merge.survivor_id])
    card = desk.get(answer.headers["Location"]).content.decode()
    assert "is now part of this one" in card
    assert absorbed.code in card
    assert "by Admin of Acme" in card
    assert reverse(UNDO, args=[merge.pk]) in card
    assert f"{reverse('admin:customers_merge_add')}?customer={merge.survivor_id}" in card
    manager = client_of(acme.staff[Role.MANAGER])
    others = manager.get(reverse("customers:card", args=[merge.survivor_id])).content.decode()
    assert absorbed.code in others
    assert "/admin/customers/merge/" not in others


def test_another_companys_merge_is_not_there(globex: World, desk: Client) -> None:
    with globex.inside():
        foreign = make_merge(globex)
    for pk in (foreign.pk, uuid4()):
        assert desk.get(reverse(DETAIL, args=[pk])).status_code == 404
        assert desk.get(reverse(UNDO, args=[pk])).status_code == 404
        assert desk.post(reverse(UNDO, args=[pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.MANAGER])
def test_other_roles_stay_outside(acme: World, client_of: SignIn, merge: Merge, role: Role) -> None:
    window = client_of(acme.staff[role])
    for name in (DETAIL, UNDO):
        assert window.get(reverse(name, args=[merge.pk]), follow=True).status_code == 403
    assert window.post(reverse(UNDO, args=[merge.pk]), follow=True).status_code == 403
    merge.refresh_from_db()
    assert merge.state == MergeState.DONE


def test_the_history_and_an_undo_cost_the_same_however_much_there_is(
    acme: World, desk: Client, merge: Merge
) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    undo = reverse(UNDO, args=[merge.pk])
    desk.get(reverse(LIST))  # what a process asks once
    add_note(actor=acme.actor(), customer_id=merge.survivor_id, text="later")
    assert queries(reverse(LIST)) == LIST_QUERIES
    assert queries(undo) == UNDO_QUERIES
    for _ in range(3):
        make_merge(acme)
        add_note(actor=acme.actor(), customer_id=merge.survivor_id, text="later")
    assert queries(reverse(LIST)) == LIST_QUERIES
    assert queries(undo) == UNDO_QUERIES
