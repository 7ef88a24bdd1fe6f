"""Records with the same unique rows in each, 2 and 50 of them; and ten thousand rows."""

from random import Random
from uuid import UUID

import pytest
from django.db import connections

from customers.models import (
    ConsentEvent,
    Customer,
    CustomerTag,
    Household,
    HouseholdMember,
    Note,
)
from customers.services.merge import merge_customers
from customers.services.tags import set_tags
from customers.services.undo_merge import undo_merge
from leads.models import Lead
from scoring.models import Order, Segment, SegmentMember
from scoring.services.segments import create_segment
from tests.customers.merging_proof.canonical_dump import differences, dump
from tests.customers.merging_proof.crowd import Crowd
from tests.customers.merging_proof.references import pointing_at_merged
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.scoring.scored import holds
from tests.worlds import World


def alike(world: World, count: int) -> list[UUID]:
    """Records with the same unique rows in each."""
    actor = world.system()
    with world.inside():
        people = [
            make_customer(actor, phone="+61412000001", email="office@example.com", share=True)
            for _ in range(count)
        ]
        segment = create_segment(actor=actor, name="Golfers")
        household = Household.objects.create(company=world.company)
        set_tags(actor=actor, customer_id=people[0].pk, names=["vip", "golf"])
        tags = CustomerTag.objects.filter(customer=people[0]).values_list("tag_id", flat=True)
        for number, person in enumerate(people):
            same = {"company": world.company, "customer": person}
            if number:
                CustomerTag.objects.bulk_create(CustomerTag(**same, tag_id=tag) for tag in tags)
            HouseholdMember.objects.create(**same, household=household)
            how = ["rule", "added", "kept_out"][number % 3]
            SegmentMember.objects.create(**same, segment=segment, how=how, since=person.created_at)
            Lead.objects.create(**same, branch=world.north, full_name="Lee")
            for channel in ("email", "sms"):
                granted = channel == "sms" or number > 0
                ConsentEvent.objects.create(**same, channel=channel, granted=granted, source="form")
            place_order(person, net=number)
        members = SegmentMember.objects.exclude(how="kept_out").count()
        Segment.objects.update(members=members)
    return [person.pk for person in people]


@pytest.mark.parametrize("count", [2, 50])
def test_the_same_unique_rows_in_each(committed: None, acme: World, count: int) -> None:
    people = alike(acme, count)
    crowd = Crowd(acme, records=people)
    before = crowd.dump()
    merge_id = crowd.merge(all_into_the_first(people), most=50)
    assert merge_id is not None
    assert pointing_at_merged(acme.company.pk) == []
    with acme.inside():
        survivor = Customer.objects.get(pk=people[0])
        assert survivor.contact_points.count() == 2
        assert survivor.tags.count() == 2
        assert survivor.leads.count() == count
        assert survivor.leads.open().count() == 1
        assert HouseholdMember.objects.count() == SegmentMember.objects.count() == 1
        assert survivor.orders.count() == count
        assert (
            Segment.objects.get().members == SegmentMember.objects.exclude(how="kept_out").count()
        )
        newest = survivor.consent_events.order_by("channel", "-happened_at", "-id")
        assert dict(newest.distinct("channel").values_list("channel", "granted")) == {
            "email": False,
            "sms": True,
        }
        assert holds()
    crowd.undo(merge_id)
    assert differences(before, crowd.dump()) == []


class AllIntoTheFirst(Random):
    """Chance that is none: everybody into the first, the first of every option."""

    people: list[UUID]

    def sample(self, live: list[UUID], count: int) -> list[UUID]:
        return self.people

    def randint(self, low: int, high: int) -> int:
        return high

    def random(self) -> float:
        return 1.0

    def choice(self, options: list[str]) -> str:
        return options[0]


def all_into_the_first(people: list[UUID]) -> Random:
    chance = AllIntoTheFirst()
    chance.people = people
    return chance


def test_ten_thousand_related_rows(committed: None, acme: World) -> None:
    with acme.inside():
        ana, ben = (make_customer(acme.system()) for _ in range(2))
        order = place_order(ben)
    copy = """
        INSERT INTO {table} ({columns}, {own})
        SELECT {columns}, {values} FROM {table}, generate_series(1, 5000) number
         WHERE company_id = %s"""
    with acme.inside():
        Note.objects.create(company=acme.company, customer=ben, text="called", author_name="x")
    with connections["owner"].cursor() as cursor:
        for table, own, values in (
            ("customers_note", "id", "gen_random_uuid()"),
            ("scoring_order", "id, external_id", "gen_random_uuid(), 'copy-' || number"),
        ):
            cursor.execute(
                "SELECT string_agg(column_name, ', ') FROM information_schema.columns"
                " WHERE table_name = %s AND is_generated = 'NEVER'"
                " AND column_name NOT IN ('id', 'external_id')",
                [table],
            )
            columns = cursor.fetchone()[0]
            statement = copy.format(table=table, columns=columns, own=own, values=values)
            cursor.execute(statement, [acme.company.pk])
    before = dump(acme.company.pk)
    with acme.inside():
        merge = merge_customers(actor=acme.system(), survivor_id=ana.pk, others=[ben.pk])
    assert merge.rows_moved >= 10_002
    with acme.inside():
        assert Order.objects.filter(customer=ana).count() == 5001
        assert Order.objects.get(pk=order.pk).customer_id == ana.pk
        assert holds()
        undo_merge(actor=acme.system(), merge_id=merge.pk)
    assert differences(before, dump(acme.company.pk)) == []
