"""Compare and merge: side by side, chosen field by field; refusals stay on the page."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer, Merge
from customers.services.notes import add_note
from tests.factories.candidates import make_candidate, pretend_merged
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

ADD = "admin:customers_merge_add"
LIST = "admin:customers_customer_changelist"
QUERIES = 14
SignIn = Callable[[StaffMember], Client]


def compare_url(*customers: Customer) -> str:
    """The page with these records side by side."""
    return f"{reverse(ADD)}?{urlencode({'customer': [one.pk for one in customers]}, doseq=True)}"


def form_of(*customers: Customer, **more: str) -> dict[str, object]:
    """What the page sends when nothing was changed; the first record stays."""
    versions = {f"version.{one.pk}": one.version for one in customers}
    ids = [str(one.pk) for one in customers]
    return {"customer": ids, "survivor": ids[0], "merge": "1", **versions, **more}


@pytest.fixture
def pair(acme: World) -> tuple[Customer, Customer]:
    """Two records of one person."""
    actor = acme.actor()
    one = make_customer(actor, name="Ana Costa", phone="0412 345 678", city="Cairns")
    other = make_customer(actor, name="Anna Kosta", email="ana@mail.example")
    return one, other


def test_differences_are_marked_and_alike_fields_are_not_asked(
    desk: Client, pair: tuple[Customer, Customer]
) -> None:
    page = desk.get(compare_url(*pair))
    assert page.status_code == 200
    by_label = {row.label: row for row in page.context["table"].fields}
    assert by_label["Name"].differs
    assert not by_label["Stage"].differs
    text = page.content.decode()
    assert 'name="field.full_name"' in text
    assert 'name="field.lifecycle_stage"' not in text
    assert "0412 345 678" in text
    assert "ana@mail.example" in text


def test_chosen_values_win_and_everything_moves(
    acme: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    one, other = pair
    add_note(actor=acme.actor(), customer_id=other.pk, text="likes tea")
    answer = desk.post(
        reverse(ADD), form_of(one, other, **{"field.full_name": str(other.pk)}, reason="Same shop")
    )
    merge = Merge.objects.get()
    assert answer.headers["Location"] == reverse("admin:customers_merge_change", args=[merge.pk])
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.full_name == "Anna Kosta"
    assert (other.record_state, other.merged_into_id) == ("merged", one.pk)
    assert one.notes.get().text == "likes tea"
    assert (merge.reason, merge.merged_by) == ("Same shop", "Admin of Acme")


def test_another_survivor_shows_what_would_move_then(
    acme: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    one, other = pair
    add_note(actor=acme.actor(), customer_id=one.pk, text="likes tea")
    sent = {**form_of(one, other), "survivor": str(other.pk), "look": "1"}
    del sent["merge"]
    page = desk.post(reverse(ADD), sent)
    assert page.context["table"].survivor.customer == other
    assert "Notes" in [move.many.capitalize() for move in page.context["table"].moves]
    assert not Merge.objects.exists()


def test_open_leads_at_one_branch_are_asked_about(
    acme: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    leads = [
        make_lead(acme.actor(Role.ADMIN), branch=acme.north, customer=customer) for customer in pair
    ]
    page = desk.get(compare_url(*pair))
    (conflict,) = page.context["preview"].conflicts
    assert "To be solved first" in page.content.decode()
    value = conflict.options[1][0]
    answer = desk.post(reverse(ADD), form_of(*pair, **{f"solve.{conflict.key}": value}))
    assert answer.status_code == 302
    for lead in leads:
        lead.refresh_from_db()
    assert sorted(lead.status == "disqualified" for lead in leads) == [False, True]


def test_a_damaged_answer_comes_back_with_the_question(
    acme: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    for customer in pair:
        make_lead(acme.actor(Role.ADMIN), branch=acme.north, customer=customer)
    (conflict,) = desk.get(compare_url(*pair)).context["preview"].conflicts
    answer = desk.post(reverse(ADD), form_of(*pair, **{f"solve.{conflict.key}": "both"}))
    assert answer.status_code == 409
    assert "Answer every question" in answer.content.decode()
    assert not Merge.objects.exists()


def test_a_record_changed_meanwhile_is_shown_anew(
    desk: Client, pair: tuple[Customer, Customer]
) -> None:
    one, other = pair
    sent = form_of(one, other, reason="Same shop")
    Customer.objects.filter(pk=other.pk).update(version=other.version + 1, city="Darwin")
    answer = desk.post(reverse(ADD), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "look again" in page
    assert "Darwin" in page
    assert "Same shop" in page
    assert not Merge.objects.exists()
    other.refresh_from_db()
    assert desk.post(reverse(ADD), form_of(one, other)).status_code == 302


def test_a_record_merged_meanwhile_leads_to_where_it_is(
    acme: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    one, other = pair
    third = make_customer(acme.actor(), name="Third")
    pretend_merged(other, third)
    for answer in (desk.post(reverse(ADD), form_of(one, other)), desk.get(compare_url(one, other))):
        assert answer.status_code == 409
        assert reverse("customers:card", args=[third.pk]) in answer.content.decode()


def test_from_the_queue_back_into_it(desk: Client, pair: tuple[Customer, Customer]) -> None:
    candidate = make_candidate(*pair)
    page = desk.get(reverse("admin:customers_duplicatecandidate_change", args=[candidate.pk]))
    assert "same private phone" in page.content.decode()
    answer = desk.post(reverse(ADD), form_of(*pair, candidate=str(candidate.pk)))
    queue = desk.get(answer.headers["Location"]).content.decode()
    merge = Merge.objects.get()
    assert "Merged into Ana Costa" in queue
    assert reverse("admin:customers_merge_undo", args=[merge.pk]) in queue


def test_the_other_record_is_looked_for_by_post(
    desk: Client, pair: tuple[Customer, Customer]
) -> None:
    one, other = pair
    assert other.code not in desk.get(compare_url(one)).content.decode()
    found = desk.post(reverse(ADD), {"customer": str(one.pk), "q": "ana@mail.example"})
    assert f"customer={one.pk}&amp;customer={other.pk}" in found.content.decode()
    assert desk.get(reverse(ADD)).status_code == 200


def test_whom_the_scan_found_alike_is_offered_at_once(
    desk: Client, pair: tuple[Customer, Customer]
) -> None:
    make_candidate(*pair)
    assert pair[1].code in desk.get(compare_url(pair[0])).content.decode()


def test_chosen_in_the_list_of_customers(desk: Client, pair: tuple[Customer, Customer]) -> None:
    chosen = {"action": "merge_selected", "_selected_action": [str(one.pk) for one in pair]}
    answer = desk.post(reverse(LIST), chosen)
    assert answer.headers["Location"] == compare_url(*pair)
    alone = desk.post(reverse(LIST), {**chosen, "_selected_action": [str(pair[0].pk)]}, follow=True)
    assert "Choose 2 to 50" in alone.content.decode()


def test_more_than_fifty_are_refused_in_words(desk: Client) -> None:
    query = urlencode({"customer": [UUID(int=number) for number in range(1, 53)]}, doseq=True)
    answer = desk.get(f"{reverse(ADD)}?{query}")
    assert answer.status_code == 400
    assert "fifty" in answer.content.decode()


@pytest.mark.parametrize("customer", ["1", "0198e5a0-0000-7000-8000-000000000000"])
def test_ids_of_nobody(desk: Client, pair: tuple[Customer, Customer], customer: str) -> None:
    assert desk.get(f"{compare_url(pair[0])}&customer={customer}").status_code == 404
    assert desk.get(f"{reverse(ADD)}?customer={customer}").status_code == 404


def test_another_companys_customer_is_not_there(
    globex: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    with globex.inside():
        stranger = make_customer(globex.actor(), name="Gita Globex")
    assert desk.get(compare_url(pair[0], stranger)).status_code == 404
    assert desk.get(compare_url(stranger)).status_code == 404
    assert desk.post(reverse(ADD), form_of(pair[0], stranger)).status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.MANAGER])
def test_other_roles_stay_outside(
    acme: World, client_of: SignIn, pair: tuple[Customer, Customer], role: Role
) -> None:
    window = client_of(acme.staff[role])
    assert window.get(compare_url(*pair), follow=True).status_code == 403
    assert window.post(reverse(ADD), form_of(*pair), follow=True).status_code == 403
    assert not Merge.objects.exists()


def test_ten_records_cost_as_many_queries_as_two(
    acme: World, desk: Client, pair: tuple[Customer, Customer]
) -> None:
    more = [make_customer(acme.actor(), name=f"Ana {number}") for number in range(8)]
    desk.get(compare_url(*pair))
    counts = []
    for records in (pair, (*pair, *more)):
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(compare_url(*records)).status_code == 200
        counts.append(len(asked))
    assert counts == [QUERIES, QUERIES]
