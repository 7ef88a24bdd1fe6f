"""Automatic merging: why it may not be on yet, what it would do, what it did."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import StaffMember
from crm.roles import Role
from customers.models import AutoMergeItem, AutoMergeRule, AutoMergeRun
from customers.models.auto_merge import AutoMergeOutcome, AutoMergeState
from customers.selectors.auto_merge_precision import LEAST_REVIEWS
from tests.factories.customers import make_customer
from tests.factories.reviews import make_reviews
from tests.worlds import World

PAGE = "admin:customers_automergerule_changelist"
SWITCH = "admin:customers_automergerule_switch"
RUN = "admin:customers_automergerule_run"
ONE_RUN = "admin:customers_automergerun_change"
SignIn = Callable[[StaffMember], Client]


def test_too_few_reviews_are_told_and_refused(acme: World, desk: Client) -> None:
    assert "may not be switched on yet" in desk.get(reverse(PAGE)).content.decode()
    answer = desk.post(reverse(SWITCH), {"on": "1", "from_bits": "10"}, follow=True)
    assert "It takes 200" in answer.content.decode()
    assert not AutoMergeRule.objects.filter(is_on=True).exists()


def test_switched_on_after_enough_reviews_and_off_again(acme: World, desk: Client) -> None:
    make_reviews(acme, LEAST_REVIEWS)
    desk.post(reverse(SWITCH), {"on": "1", "from_bits": "12.5"})
    rule = AutoMergeRule.objects.get()
    assert (rule.is_on, rule.from_bits, rule.changed_by) == (True, 12.5, "Admin of Acme")
    page = desk.get(reverse(PAGE)).content.decode()
    assert "100.00%" in page
    assert "Merge now" in page
    desk.post(reverse(SWITCH), {"off": "1"})
    assert "Switched off by hand" in desk.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize("bits", ["9", "61", "nan", "many", "1e999"])
def test_a_score_out_of_range_is_refused(acme: World, desk: Client, bits: str) -> None:
    for url in (reverse(SWITCH), reverse(RUN)):
        answer = desk.post(url, {"on": "1", "from_bits": bits}, follow=True)
        assert "between 10 and 60" in answer.content.decode()
    assert not AutoMergeRun.objects.exists()


def test_a_dry_run_is_asked_watched_and_stopped(acme: World, desk: Client) -> None:
    place = desk.post(reverse(RUN), {"from_bits": "11"}).headers["Location"]
    run = AutoMergeRun.objects.get()
    assert place == reverse(ONE_RUN, args=[run.pk])
    assert 'hx-trigger="every 2s"' in desk.get(place).content.decode()
    second = desk.post(reverse(RUN), {"from_bits": "11"}, follow=True)
    assert "at work already" in second.content.decode()
    desk.post(reverse("admin:customers_automergerun_cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == AutoMergeState.CANCELLED
    again = desk.post(reverse("admin:customers_automergerun_cancel", args=[run.pk]), follow=True)
    assert "not at work" in again.content.decode()
    desk.post(reverse("admin:customers_automergerun_resume", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == AutoMergeState.WAITING


def test_a_real_run_needs_the_switch(acme: World, desk: Client) -> None:
    answer = desk.post(reverse(RUN), {"merge": "1"}, follow=True)
    assert "switched off" in answer.content.decode()


def test_a_run_lists_its_pairs_with_reasons(acme: World, desk: Client) -> None:
    left, right = (make_customer(acme.actor(), name=name) for name in ("Ana Costa", "Anna Kosta"))
    run = AutoMergeRun.objects.create(
        company=acme.company, from_bits=10, started_by="Admin", state=AutoMergeState.DONE, skipped=1
    )
    AutoMergeItem.objects.create(
        company=acme.company,
        run=run,
        left=left,
        right=right,
        bits=12,
        outcome=AutoMergeOutcome.SKIPPED,
        reason="Their birthdays differ.",
    )
    page = desk.get(reverse(ONE_RUN, args=[run.pk])).content.decode()
    for words in ("Ana Costa", "Anna Kosta", "Their birthdays differ.", "Left to people"):
        assert words in page


def test_another_companys_run_is_not_there(globex: World, desk: Client) -> None:
    with globex.inside():
        foreign = AutoMergeRun.objects.create(
            company=globex.company, from_bits=10, started_by="Admin"
        )
    for pk in (foreign.pk, uuid4()):
        assert desk.get(reverse(ONE_RUN, args=[pk])).status_code == 404
        cancel = reverse("admin:customers_automergerun_cancel", args=[pk])
        assert desk.post(cancel).status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.MANAGER])
def test_other_roles_stay_outside(acme: World, client_of: SignIn, role: Role) -> None:
    window = client_of(acme.staff[role])
    assert window.get(reverse(PAGE), follow=True).status_code == 403
    assert window.post(reverse(RUN), follow=True).status_code == 403
    assert window.post(reverse(SWITCH), {"on": "1"}, follow=True).status_code == 403
