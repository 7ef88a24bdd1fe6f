"""Whom rules mean: each field against people who do and who do not fit."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings

from crm.models import Company
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.consent import record_consent
from customers.services.removal import delete_customer
from customers.services.tags import set_tags
from leads.models import Lead
from leads.models.lead import LeadStatus
from scoring.models import Engagement, OrderStatus
from scoring.segments.rules import read_rules
from scoring.selectors.matching import matching_customers, moment_of
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.scoring.segments.valid_rules import rules as valid_rules
from tests.worlds import World

SYDNEY_NOON = datetime.fromisoformat("2026-06-15T12:00:00+10:00")


def meant(world: World, *conditions: tuple[str, str, Any], kind: str = "all") -> list[str]:
    rules = {kind: [{"field": field, "op": op, "value": value} for field, op, value in conditions]}
    found = matching_customers(read_rules(rules), moment_of(world.company, now=SYDNEY_NOON))
    return sorted(customer.full_name for customer in found)


def person(world: World, name: str, **values: Any) -> Customer:
    return make_customer(world.system(), name=name, **values)


def days_ago(days: int, clock: str = "12:00:00") -> datetime:
    day = SYDNEY_NOON.date() - timedelta(days=days)
    return datetime.fromisoformat(f"{day}T{clock}+10:00")


def test_days_since_the_last_order_are_days_of_the_company(acme: World) -> None:
    for name, days, clock in (
        ("Late", 30, "00:00:00"),
        ("Later", 31, "23:59:59"),
        ("Today", 0, "00:00:00"),
        ("Future", -3, "12:00:00"),
    ):
        place_order(person(acme, name), at=days_ago(days, clock))
    person(acme, "Never")

    def since(op: str, value: Any) -> list[str]:
        return meant(acme, ("days_since_last_order", op, value))

    assert since("is", 30) == ["Late"]
    assert since("is", 31) == ["Later"]
    assert since("at_most", 30) == ["Future", "Late", "Today"]
    assert since("less_than", 30) == ["Future", "Today"]
    assert since("less_than", 0) == []
    assert since("more_than", 30) == ["Later"]
    assert since("more_than", 1_000_000_000) == []
    assert since("at_least", 30) == ["Late", "Later"]
    assert since("between", [1, 30]) == ["Late"]
    assert since("is_not", 30) == ["Future", "Later", "Today"]


def test_dates_are_days_of_the_company(acme: World) -> None:
    place_order(person(acme, "Before"), at=days_ago(1, "23:59:59"))
    place_order(person(acme, "On"), at=days_ago(0, "00:00:00"))
    person(acme, "Never")
    day = "2026-06-15"
    assert meant(acme, ("last_order_at", "before", day)) == ["Before"]
    assert meant(acme, ("last_order_at", "on_or_after", day)) == ["On"]
    assert meant(acme, ("first_order_at", "between", ["2026-06-14", day])) == ["Before", "On"]
    assert meant(acme, ("last_order_at", "at_most_days_ago", 0)) == ["On"]
    assert meant(acme, ("last_order_at", "more_than_days_ago", 0)) == ["Before"]
    assert meant(acme, ("last_order_at", "is_empty", True)) == ["Never"]


def test_activity_follows_the_thresholds_of_the_company(acme: World) -> None:
    for name, days in (("Active", 90), ("Inactive", 91), ("Still", 365), ("Dormant", 366)):
        place_order(person(acme, name), at=days_ago(days))
    for name, days in (("New", 30), ("Waiting", 31)):
        Customer.objects.filter(pk=person(acme, name).pk).update(created_at=days_ago(days))

    def status(op: str, value: Any) -> list[str]:
        return meant(acme, ("activity_status", op, value))

    assert status("is", "active") == ["Active"]
    assert status("is", "inactive") == ["Inactive", "Still", "Waiting"]
    assert status("is", "dormant") == ["Dormant"]
    assert status("is", "new") == ["New"]
    assert status("is_not", "inactive") == ["Active", "Dormant", "New"]
    assert status("not_in", ["active", "inactive", "dormant", "new"]) == []


def test_figures_come_from_the_engagement_row(acme: World) -> None:
    rich, poor = person(acme, "Rich"), person(acme, "Poor")
    place_order(rich, net="1500.50", at=days_ago(1))
    place_order(poor, net=10, at=days_ago(1))
    person(acme, "Nobody")
    assert meant(acme, ("net", "at_least", 1500)) == ["Rich"]
    assert meant(acme, ("net", "is", "1500.50")) == ["Rich"]
    assert meant(acme, ("net", "between", [10, 10])) == ["Poor"]
    assert meant(acme, ("orders", "is", 1)) == ["Poor", "Rich"]
    assert meant(acme, ("orders", "is", 0)) == ["Nobody"]
    assert meant(acme, ("orders", "is_not", 1)) == ["Nobody"]
    score = Engagement.objects.get(customer=rich).score
    assert "Rich" in meant(acme, ("score", "is", score))
    assert meant(acme, ("score", "more_than", 30)) == []
    assert meant(acme, ("score", "is", 1_000_000_000)) == []
    bands = {Engagement.objects.get(customer=each).band for each in (rich, poor)}
    assert {"Poor", "Rich"} <= set(meant(acme, ("band", "in", sorted(bands))))


def test_what_was_bought_counts_only_orders_that_count(acme: World) -> None:
    ana, ben = person(acme, "Ana"), person(acme, "Ben")
    place_order(ana, platform="eventbrite", event_name="Summer Jazz 100%")
    place_order(ben, platform="eventbrite", event_name="Summer Jazz", status=OrderStatus.REFUNDED)
    assert meant(acme, ("platform", "is", "Eventbrite")) == ["Ana"]
    assert meant(acme, ("platform", "is_not", "eventbrite")) == ["Ben"]
    assert meant(acme, ("event_name", "contains", "jazz 100%")) == ["Ana"]
    assert meant(acme, ("event_name", "contains", "jazz_100")) == []
    assert meant(acme, ("event_name", "contains_not", "jazz")) == ["Ben"]


def test_consent_is_the_newest_answer(acme: World) -> None:
    manager = acme.actor(Role.MANAGER)
    for name, answers in (("Yes", [False, True]), ("No", [True, False]), ("Unknown", [])):
        customer = person(acme, name)
        for granted in answers:
            record_consent(
                actor=manager, customer_id=customer.pk, channel="email", granted=granted,
                source="form", explicit=True,
            )  # fmt: skip
    assert meant(acme, ("consent_email", "is", "yes")) == ["Yes"]
    assert meant(acme, ("consent_email", "is", "no")) == ["No"]
    assert meant(acme, ("consent_email", "is", "unknown")) == ["Unknown"]
    assert meant(acme, ("consent_email", "is_not", "yes")) == ["No", "Unknown"]
    assert meant(acme, ("consent_sms", "is", "unknown")) == ["No", "Unknown", "Yes"]


def test_addresses_tags_and_places(acme: World) -> None:
    ana = person(acme, "Ana", email="ana@example.com", city="Fitzroy", country="New Zealand")
    ben = person(acme, "Ben", phone="", email="ben@example.com", postcode="3065")
    ContactPoint.objects.filter(customer=ben).update(is_invalid=True)
    set_tags(actor=acme.actor(Role.MANAGER), customer_id=ana.pk, names=["Golf club"])
    assert meant(acme, ("has_email", "is", True)) == ["Ana"]
    assert meant(acme, ("has_phone", "is", False)) == ["Ben"]
    assert meant(acme, ("tag", "is", "GOLF CLUB")) == ["Ana"]
    assert meant(acme, ("tag", "contains", "golf")) == ["Ana"]
    assert meant(acme, ("tag", "is_not", "golf club")) == ["Ben"]
    assert meant(acme, ("city", "starts_with", "fitz")) == ["Ana"]
    assert meant(acme, ("city", "is_empty", True)) == ["Ben"]
    assert meant(acme, ("postcode", "is", "3065")) == ["Ben"]
    assert meant(acme, ("country", "contains", "zealand")) == ["Ana"]
    assert meant(acme, ("region", "is", "au")) == ["Ben"]
    assert meant(acme, ("region", "is_not", "au")) == ["Ana"]
    assert meant(acme, ("region", "is_empty", False)) == ["Ana", "Ben"]
    assert meant(acme, ("source", "is", "manual")) == ["Ana", "Ben"]
    assert meant(acme, ("lifecycle_stage", "is_not", "prospect")) == []


def test_open_leads_and_their_branch(acme: World) -> None:
    manager = acme.actor(Role.MANAGER)
    ana, ben = person(acme, "Ana"), person(acme, "Ben")
    make_lead(manager, branch=acme.north, customer=ana)
    won = make_lead(manager, branch=acme.south, customer=ben)
    Lead.objects.filter(pk=won.pk).update(status=LeadStatus.WON, closed_at=SYDNEY_NOON)
    assert meant(acme, ("has_open_lead", "is", True)) == ["Ana"]
    assert meant(acme, ("has_open_lead", "is", False)) == ["Ben"]
    assert meant(acme, ("open_lead_branch", "is", str(acme.north.pk))) == ["Ana"]
    assert meant(acme, ("open_lead_branch", "is", str(acme.south.pk))) == []
    assert meant(acme, ("open_lead_branch", "is_not", str(acme.north.pk))) == ["Ben"]


def test_all_any_and_groups_in_groups(acme: World) -> None:
    person(acme, "Ana", city="Fitzroy")
    place_order(person(acme, "Ben", city="Carlton"))
    place_order(person(acme, "Cy", city="Fitzroy"))
    city, bought = ("city", "is", "Fitzroy"), ("orders", "at_least", 1)
    assert meant(acme, city, bought) == ["Cy"]
    assert meant(acme, city, bought, kind="any") == ["Ana", "Ben", "Cy"]
    nested = {
        "any": [
            {"all": [{"field": "city", "op": "is", "value": "Carlton"}]},
            {"all": [
                {"field": "orders", "op": "is", "value": 0},
                {"any": [{"field": "city", "op": "is", "value": "Fitzroy"}]},
            ]},
        ]
    }  # fmt: skip
    found = matching_customers(read_rules(nested), moment_of(acme.company, now=SYDNEY_NOON))
    assert sorted(customer.full_name for customer in found) == ["Ana", "Ben"]


def test_deleted_customers_and_strangers_are_not_meant(acme: World, globex: World) -> None:
    with globex.inside():
        person(globex, "Stranger")
    gone = person(acme, "Gone")
    person(acme, "Ana")
    delete_customer(actor=acme.actor(Role.ADMIN), customer_id=gone.pk, reason="asked")
    assert meant(acme, ("orders", "is", 0)) == ["Ana"]


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rules=valid_rules())
def test_every_rule_is_a_query_that_runs(acme: World, rules: Any) -> None:
    found = matching_customers(read_rules(rules), moment_of(acme.company, now=SYDNEY_NOON))
    assert isinstance(found.count(), int)
    assert Company.objects.filter(pk=acme.company.pk).exists()
