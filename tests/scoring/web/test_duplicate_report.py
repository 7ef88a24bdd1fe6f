"""The report about duplicates: figures by month, the machine's precision, who may read it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from customers.models import AutoMergeRule, DuplicateCandidate, Merge
from customers.models.duplicate import Verdict
from customers.models.merge import MergeOrigin, MergeState
from customers.selectors.duplicate_report import ReportSpan, duplicate_report
from customers.services.match_decisions import decide
from tests.factories.candidates import make_pair
from tests.factories.reviews import make_reviews
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
PAGE = "/reports/duplicates/"
COST = 16


def settle(world: World) -> None:
    """Three pairs found, of which one was merged and undone, one dismissed, one a household."""
    merged, dismissed, together = (make_pair(world) for _ in range(3))
    now = timezone.now()
    Merge.objects.create(
        company=world.company, survivor=merged.left, origin=MergeOrigin.PERSON, merged_by="Ann"
    )
    Merge.objects.create(
        company=world.company,
        survivor=merged.left,
        origin=MergeOrigin.MACHINE,
        merged_by="Auto-merge",
        state=MergeState.UNDONE,
        undone_at=now,
    )
    for pair, verdict in (
        (dismissed, Verdict.NOT_DUPLICATE),
        (together, Verdict.HOUSEHOLD),
    ):
        decide(
            actor=world.actor(Role.MANAGER),
            left_id=pair.left_id,
            right_id=pair.right_id,
            verdict=verdict,
        )


def test_nothing_yet(acme: World, client_of: SignIn) -> None:
    answer = client_of(acme.staff[Role.TEAM_LEAD]).get(PAGE)
    assert answer.status_code == 200
    assert "Nothing to show yet." in answer.content.decode()


@pytest.mark.parametrize("span", list(ReportSpan))
def test_what_became_of_pairs(acme: World, globex: World, span: ReportSpan) -> None:
    settle(acme)
    old = make_pair(acme)
    DuplicateCandidate.objects.filter(pk=old.pk).update(
        found_at=timezone.now() - timedelta(days=400)
    )
    report = duplicate_report(actor=acme.actor(Role.FINANCE), span=span)
    total = report.total
    assert (total.found, total.dismissed, total.households) == (3, 1, 1)
    assert (total.merged_by_people, total.merged_by_machine) == (1, 1)
    assert (total.undone, total.undone_of_machine) == (1, 1)
    assert vars(report.by_step[report.steps[-1]]) == vars(total)
    assert report.waiting == 2
    with globex.inside():
        theirs = duplicate_report(actor=globex.actor(Role.ADMIN), span=span)
    assert not any(vars(theirs.total).values())


def test_the_page_says_what_is_proven(acme: World, client_of: SignIn) -> None:
    settle(acme)
    make_reviews(acme, 198)
    AutoMergeRule.objects.create(
        company=acme.company, on_since=timezone.now() - timedelta(days=1), off_because="One undone"
    )
    html = client_of(acme.staff[Role.MANAGER]).get(f"{PAGE}?span=days").content.decode()
    assert "99.00%" in html  # two of two hundred were different people
    assert "0.00%" in html  # the machine's only merge was undone
    assert "One undone" in html
    assert "2,995" in html
    assert html.count('<svg class="chart-drawing"') == 3
    assert "Show as table" in html


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.SERVICE])
def test_not_for_everybody(acme: World, client_of: SignIn, role: Role) -> None:
    assert client_of(acme.staff[role]).get(PAGE).status_code == 403


def test_bad_spans(acme: World, client_of: SignIn) -> None:
    assert client_of(acme.staff[Role.MANAGER]).get(f"{PAGE}?span=x").status_code == 400


def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    client.get(PAGE)
    for _ in range(2):
        settle(acme)
        with django_assert_num_queries(COST):
            client.get(PAGE)
