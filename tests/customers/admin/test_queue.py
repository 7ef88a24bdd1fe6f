"""The queue: an admin decides pair after pair; whatever goes wrong is said on the page."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from customers.models import DuplicateCandidate, DuplicateScan, HouseholdMember, MatchDecision
from customers.models.duplicate import CandidateState, PairRelation, Verdict
from customers.models.duplicate_scan import ScanState
from tests.factories.candidates import make_candidate, make_pair, pretend_merged
from tests.factories.customers import make_customer
from tests.worlds import World

QUEUE = "admin:customers_duplicatecandidate_changelist"
QUEUE_OF = "admin:customers_duplicatecandidate"
COMPARE = "admin:customers_duplicatecandidate_change"
DECIDE = "admin:customers_duplicatecandidate_decide"
QUERIES = 15
SignIn = Callable[[StaffMember], Client]


def decide(desk: Client, pair: DuplicateCandidate, verdict: str, **more: str) -> str:
    """Press a button of a pair; where it leads."""
    answer = desk.post(reverse(DECIDE, args=[pair.pk]), {"verdict": verdict, **more})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_pair_stands_side_by_side_with_its_evidence(acme: World, desk: Client) -> None:
    one = make_customer(acme.system(), name="Ana Costa", phone="0412 345 678", city="Cairns")
    other = make_customer(acme.system(), name="Anna Costa", email="ana@mail.example")
    make_candidate(one, other)
    page = desk.get(reverse(QUEUE)).content.decode()
    for words in ("Ana Costa", "Anna Costa", "0412 345 678", "ana@mail.example", "Cairns"):
        assert words in page
    assert "same private phone" in page
    assert "+14.0" in page
    assert "−2.0" in page
    assert "Same person" in page
    assert "over 99.9 %" in page


def test_the_surest_is_first_and_filters_narrow(acme: World, desk: Client) -> None:
    make_pair(acme, bits=5.0, name="Likely Lee")
    make_pair(acme, bits=15.0, name="Sure Sun")
    page = desk.get(reverse(QUEUE)).content.decode()
    assert page.index("Sure Sun") < page.index("Likely Lee")
    sure = desk.get(reverse(QUEUE), {"confidence": "sure"}).content.decode()
    assert "Sure Sun" in sure
    assert "Likely Lee" not in sure
    none = desk.get(reverse(QUEUE), {"relation": PairRelation.RELATIVE})
    assert "No pair is left here" in none.content.decode()


def test_a_decision_leads_to_the_next_pair_and_can_be_taken_back(acme: World, desk: Client) -> None:
    first, second = make_pair(acme, bits=15.0), make_pair(acme, bits=12.0)
    place = decide(desk, first, "not_duplicate", next=str(second.pk), query="confidence=sure")
    assert place.endswith(f"#pair-{second.pk}")
    assert "confidence=sure" in place
    decision = MatchDecision.objects.get()
    assert decision.verdict == Verdict.NOT_DUPLICATE
    page = desk.get(place).content.decode()
    assert "not a duplicate" in page
    back = desk.post(
        reverse("admin:customers_matchdecision_take_back", args=[decision.pk]),
        {"query": f"confidence=sure&decided={decision.pk}"},
    )
    assert back.headers["Location"] == f"{reverse(QUEUE)}?confidence=sure"
    assert not MatchDecision.objects.exists()
    first.refresh_from_db()
    assert first.state == CandidateState.OPEN


def test_same_household_links_the_two(acme: World, desk: Client) -> None:
    pair = make_pair(acme)
    decide(desk, pair, "household")
    assert {one.customer_id for one in HouseholdMember.objects.all()} == {
        pair.left_id,
        pair.right_id,
    }


def test_later_puts_the_pair_aside(acme: World, desk: Client) -> None:
    pair = make_pair(acme, name="Lara Later")
    decide(desk, pair, "later")
    assert "Lara Later" not in desk.get(reverse(QUEUE)).content.decode()
    assert "Lara Later" in desk.get(reverse(QUEUE), {"state": "later"}).content.decode()


def test_a_decided_pair_says_so_and_offers_nothing(acme: World, desk: Client) -> None:
    pair = make_pair(acme)
    decide(desk, pair, "not_duplicate")
    page = desk.get(reverse(QUEUE), {"state": "dismissed"}).content.decode()
    assert "Not a duplicate, by Admin of Acme" in page
    assert reverse(DECIDE, args=[pair.pk]) not in page


def test_what_was_merged_meanwhile_is_said(acme: World, desk: Client) -> None:
    pair = make_pair(acme)
    pretend_merged(pair.left, pair.right)
    place = decide(desk, pair, "not_duplicate")
    assert "one record by now" in desk.get(place).content.decode()
    assert not MatchDecision.objects.exists()
    compared = desk.get(reverse(COMPARE, args=[pair.pk]))
    assert compared.status_code == 409
    assert reverse("customers:card", args=[pair.right_id]) in compared.content.decode()


def test_a_word_that_is_no_verdict_is_refused(acme: World, desk: Client) -> None:
    pair = make_pair(acme)
    place = decide(desk, pair, "delete everything")
    assert "one of the verdicts" in desk.get(place).content.decode()


@pytest.mark.parametrize("query", ["state=gone", "state=x", "confidence=9", "cursor=damaged"])
def test_a_damaged_address_is_a_plain_error(acme: World, desk: Client, query: str) -> None:
    assert desk.get(f"{reverse(QUEUE)}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["decided=1", "merged=x"])
def test_an_id_that_is_none_is_not_found(acme: World, desk: Client, query: str) -> None:
    assert desk.get(f"{reverse(QUEUE)}?{query}").status_code == 404


def test_another_companys_pair_is_not_there(acme: World, globex: World, desk: Client) -> None:
    with globex.inside():
        pair = make_pair(globex, name="Gita Globex")
    assert "Gita Globex" not in desk.get(reverse(QUEUE)).content.decode()
    for pk in (pair.pk, uuid4()):
        assert desk.get(reverse(COMPARE, args=[pk])).status_code == 404
        answer = desk.post(reverse(DECIDE, args=[pk]), {"verdict": "not_duplicate"})
        assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.MANAGER])
def test_other_roles_stay_outside(acme: World, client_of: SignIn, role: Role) -> None:
    pair = make_pair(acme)
    window = client_of(acme.staff[role])
    assert window.get(reverse(QUEUE), follow=True).status_code == 403
    answer = window.post(reverse(DECIDE, args=[pair.pk]), {"verdict": "not_duplicate"}, follow=True)
    assert answer.status_code == 403
    assert not MatchDecision.objects.exists()


def test_buttons_take_no_links(acme: World, desk: Client) -> None:
    pair = make_pair(acme)
    assert desk.get(reverse(DECIDE, args=[pair.pk])).status_code == 405


def test_twenty_pairs_cost_as_many_queries_as_one(acme: World, desk: Client) -> None:
    make_pair(acme)
    desk.get(reverse(QUEUE))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse(QUEUE))
        counts.append(len(asked))
        for _ in range(4):
            make_pair(acme)
    assert counts == [QUERIES, QUERIES]


def test_a_scan_is_asked_for_and_stopped(acme: World, desk: Client) -> None:
    queue = reverse(QUEUE)
    answer = desk.post(reverse(f"{QUEUE_OF}_scan"), {"full": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, queue)
    scan = DuplicateScan.objects.get()
    assert (scan.state, scan.is_full) == (ScanState.WAITING, True)
    stop = reverse(f"{QUEUE_OF}_stop", args=[scan.pk])
    assert stop in desk.get(queue).content.decode()
    assert "stops after its present step" in desk.post(stop, follow=True).content.decode()
    scan.refresh_from_db()
    assert scan.state == ScanState.CANCELLED
    assert desk.post(reverse(f"{QUEUE_OF}_stop", args=[uuid4()])).status_code == 404


def test_only_who_decides_may_scan(acme: World, client_of: SignIn) -> None:
    browser = client_of(acme.staff[Role.MANAGER])
    answer = browser.post(reverse(f"{QUEUE_OF}_scan"), {"full": "1"})
    assert answer.status_code in (302, 403)
    assert not DuplicateScan.objects.exists()
