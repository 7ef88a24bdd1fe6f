"""What the functions write is what the serializers declare."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework import serializers

from crm.roles import Role
from customers.api.customer_output import FIELDS
from customers.api.customer_serializers import CustomerOut, CustomerRead
from customers.api.duplicate_output import DuplicateOut
from customers.api.lookup_serializers import ByPhoneOut, SearchOut
from customers.api.merge_output import MergeDetailOut, MergePreviewOut, UndoPreviewOut
from customers.api.timeline_views import TimelineEntryOut
from customers.models import ContactPoint, Customer, ProfileLink
from customers.services.consent import record_consent
from customers.services.households import link_household
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from tests.customers.api.answers import body_of
from tests.factories.api_clients import client_with_key
from tests.factories.candidates import make_pair
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

AT = datetime(2026, 3, 1, 9, 30, 0, 120000, tzinfo=UTC)


@pytest.fixture
def rich(acme: World) -> Customer:
    """Somebody with one of everything."""
    actor = acme.actor(Role.MANAGER)
    customer = make_customer(actor, name="Ana Silva", email="a@b.example", birthday="1990-05-17")
    other = make_customer(actor, name="Bo Silva")
    set_tags(actor=actor, customer_id=customer.pk, names=["vip"])
    record_consent(
        actor=actor, customer_id=customer.pk, channel="sms", granted=True, source="by phone"
    )
    ProfileLink.objects.create(
        company=acme.company, customer=customer, provider="line", profile_id="U1",
        match_method="phone", match_confidence="0.95", linked_at=AT,
    )  # fmt: skip
    ContactPoint.objects.filter(customer=customer).update(verified_at=AT)
    link_household(actor=actor, customer_ids=[customer.pk, other.pk])
    make_lead(acme.system(), branch=acme.north, customer=customer)
    return customer


def agrees(field: Any, value: Any, where: str = "") -> None:
    """Every declared name is there (or may be missing), none more, each of the declared type."""
    if value is None:
        assert field.allow_null, where
    elif isinstance(field, serializers.ListSerializer | serializers.ListField):
        for one in value:
            agrees(field.child, one, f"{where}[]")
    elif isinstance(field, serializers.Serializer):
        assert set(value) <= set(field.fields), where
        for name, inner in field.fields.items():
            if inner.required:
                assert name in value, f"{where}.{name}"
            if name in value:
                agrees(inner, value[name], f"{where}.{name}")
    elif isinstance(field, serializers.DictField):
        for one in value.values():
            agrees(field.child, one, where)
    elif isinstance(field, serializers.ChoiceField):
        assert value in field.choices or (value == "" and field.allow_blank), where
    elif isinstance(field, serializers.CharField):
        assert isinstance(value, str), where
    else:
        read = field.to_internal_value(value)
        if isinstance(field, serializers.DateTimeField):
            assert value.endswith("Z"), where
        elif not isinstance(field, serializers.FloatField | serializers.IntegerField):
            assert field.to_representation(read) == value, where


def test_a_customer(acme: World, rich: Customer) -> None:
    client = client_with_key(acme)
    parts = "contact_points,tags,consent,profile_links,household"
    data = body_of(client.get(f"customers/{rich.pk}?expand={parts}"))
    assert all(len(data[name]) for name in parts.split(","))
    agrees(CustomerRead(), data)
    assert set(FIELDS) == set(CustomerOut().fields)
    agrees(CustomerOut(), body_of(client.get("customers"))["results"][0])
    assert data["profile_links"][0]["linked_at"] == "2026-03-01T09:30:00.120000Z"
    assert data["profile_links"][0]["match_confidence"] == 0.95


def test_look_ups(acme: World, rich: Customer) -> None:
    client = client_with_key(acme)
    phone = rich.contact_points.get(kind="phone").value
    by_phone = body_of(client.get(f"customers/by-phone?phone=0{phone[3:]}"))
    assert by_phone["leads"]
    agrees(ByPhoneOut(), by_phone)
    found = body_of(client.get("customers/search?q=silva"))
    assert any(hit["open_leads"] for hit in found["results"])
    agrees(SearchOut(), found)


def test_the_timeline(acme: World, rich: Customer) -> None:
    rows = body_of(client_with_key(acme).get(f"customers/{rich.pk}/timeline"))["results"]
    assert {row["kind"] for row in rows} >= {"lead", "consent", "edit"}
    agrees(TimelineEntryOut(many=True), rows)


def test_duplicates_and_merges(acme: World, rich: Customer) -> None:
    client = client_with_key(acme)
    pair = make_pair(acme)
    url = f"duplicates/{pair.pk}"
    client.post(f"{url}/decision", {"verdict": "same"})
    agrees(DuplicateOut(), body_of(client.get(url)))
    ids = [str(rich.pk), str(pair.left_id)]
    preview = body_of(client.post("merges/preview", {"customer_ids": ids}))
    agrees(MergePreviewOut(), preview)
    merge = merge_customers(
        actor=acme.actor(Role.MANAGER), survivor_id=rich.pk, others=[pair.left_id]
    )
    agrees(MergeDetailOut(), body_of(client.get(f"merges/{merge.pk}")))
    agrees(UndoPreviewOut(), body_of(client.get(f"merges/{merge.pk}/undo-preview")))
