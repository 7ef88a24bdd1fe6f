"""Eight people merge the same few records at once, while orders, notes and an import write.

Nobody meets a deadlock, and nothing that was acknowledged is lost; nor when eight undo it all.
MERGE_ROUNDS=25 makes 200 merges instead of 80.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Barrier, BrokenBarrierError
from uuid import UUID

from crm.errors import Conflict, StaleVersion
from customers.contact_files.rows import ContactRow, LabelledText
from customers.models import ContactPoint, Customer, Note
from customers.services.import_contacts import import_contacts
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from customers.services.undo_merge import undo_merge
from scoring.models import Order, Segment
from scoring.orders.order_data import Buyer
from scoring.services.membership import evaluate_customers, evaluate_segment
from scoring.services.orders import upsert_orders
from scoring.services.rescore import rescore_company
from scoring.services.segments import create_segment
from tests.customers.merging_proof.crowd import Crowd, Standing
from tests.customers.merging_proof.references import pointing_at_merged
from tests.factories.customers import make_customer
from tests.factories.orders import order_data
from tests.factories.placed_orders import place_order
from tests.scoring.scored import holds
from tests.threads import run_threads
from tests.worlds import World

ROUNDS = int(os.environ.get("MERGE_ROUNDS", "10"))
BUYERS = {"all": [{"field": "orders", "op": "at_least", "value": 1}]}
A, B, C, D = range(4)
# What the eight want at the same moment, in each round.
WISHES = [
    (A, [B]), (B, [A]), (A, [B]), (B, [C]), (C, [A]), (C, [D]), (D, [C]), (A, [B, C, D]),
]  # fmt: skip


@dataclass
class Four:
    """Four records that eight people merge at once."""

    number: int
    records: list[UUID] = field(default_factory=list)

    def email(self, who: int) -> str:
        """The address of one of them, which no other record has."""
        return f"four{self.number}-{who}@example.com"


def make_fours(crowd: Crowd) -> list[Four]:
    """Four people for each round, each with an order and a note."""
    fours = [Four(number) for number in range(ROUNDS)]
    for four in fours:
        for who in range(4):
            with crowd.world.inside():
                customer = make_customer(crowd.world.system(), email=four.email(who))
                order = place_order(customer)
                note = add_note(actor=crowd.world.system(), customer_id=customer.pk, text="called")
            crowd.belongs["order", order.pk] = crowd.belongs["note", note.pk] = customer.pk
            four.records.append(customer.pk)
        crowd.records += four.records
    return fours


def wish(crowd: Crowd, four: Four, number: int) -> None:
    """One of the eight; those who come too late are told so."""
    survivor, others = WISHES[number]
    try:
        with crowd.world.inside():
            merge = merge_customers(
                actor=crowd.world.system(),
                survivor_id=four.records[survivor],
                others=[four.records[one] for one in others],
            )
    except Conflict as conflict:
        if conflict.code != "merged":
            raise
    else:
        crowd.standing[merge.pk] = Standing(
            four.records[survivor], [four.records[one] for one in others]
        )


def write_notes(crowd: Crowd, four: Four) -> None:
    """A remark on each; where the record was merged, the writer follows as a page does."""
    for record in four.records:
        while True:
            try:
                with crowd.world.inside():
                    note = add_note(actor=crowd.world.system(), customer_id=record, text="late")
            except Conflict as conflict:
                record = conflict.details["merged_into"]
            else:
                crowd.belongs["note", note.pk] = record
                break


def write_orders(crowd: Crowd, four: Four) -> None:
    """An order of each, by their e-mails, in one batch."""
    orders = [order_data(buyer=Buyer(email=four.email(who))) for who in range(4)]
    with crowd.world.inside():
        report = upsert_orders(actor=crowd.world.system(), orders=orders)
    assert all(outcome.order_id for outcome in report.outcomes)


def write_import(crowd: Crowd, four: Four) -> None:
    """A contact file with a further number for each."""
    report = import_contacts(
        actor=crowd.world.system(),
        rows=[
            ContactRow(
                row_number=who + 2,
                full_name="Robin Okafor",
                emails=(LabelledText("", four.email(who), "E-mail"),),
                phones=(LabelledText("", f"+6149{four.number:04}{who:03}", "Phone"),),
            )
            for who in range(4)
        ],
    )
    assert report.rows == 4


def evaluate(crowd: Crowd, four: Four) -> None:
    """What follows changes of customers, and what the night does."""
    actor = crowd.world.system()
    with crowd.world.inside():
        for segment in Segment.objects.filter(rules__isnull=False).order_by("id"):
            evaluate_segment(actor=actor, segment_id=segment.pk)
    with crowd.world.inside():
        evaluate_customers(actor=actor, customer_ids=four.records)
    with crowd.world.inside():
        rescore_company(actor=actor)


WRITERS: list[Callable[[Crowd, Four], None]] = [
    write_notes,
    write_orders,
    write_import,
    evaluate,
]


def test_overlapping_merges_of_eight(committed: None, acme: World) -> None:
    crowd = Crowd(acme)
    with acme.inside():
        create_segment(actor=acme.system(), name="Buyers", rules=BUYERS)
    fours = make_fours(crowd)
    together = Barrier(len(WISHES) + len(WRITERS))

    def work(number: int) -> None:
        try:
            for four in fours:
                together.wait(timeout=60)
                if number < len(WISHES):
                    wish(crowd, four, number)
                else:
                    WRITERS[number - len(WISHES)](crowd, four)
        except BrokenBarrierError:
            return  # another one failed, and says why
        except BaseException:
            together.abort()
            raise

    run_threads(len(WISHES) + len(WRITERS), work)
    all_is_there(crowd, fours)
    for four in fours:
        assert {crowd.became(one) for one in four.records} != set(four.records), "none merged"

    undo_everything(crowd)
    all_is_there(crowd, fours)
    assert crowd.live() == crowd.records


def undo_everything(crowd: Crowd) -> None:
    """Eight undo all merges at once, in any order."""
    merges = sorted(crowd.standing)
    Random(1).shuffle(merges)

    def work(number: int) -> None:
        for merge_id in merges[number::8]:
            with crowd.world.inside():
                undo_merge(actor=crowd.world.system(), merge_id=merge_id)

    run_threads(8, work)
    crowd.standing.clear()


def all_is_there(crowd: Crowd, fours: list[Four]) -> None:
    """Every row that was acknowledged, once, and with somebody who lives."""
    crowd.check(orders=False)
    assert pointing_at_merged(crowd.world.company.pk) == []
    with crowd.world.inside():
        assert holds()
        assert Note.objects.count() == 8 * ROUNDS
        assert Order.objects.filter(customer__record_state="active").count() == 8 * ROUNDS
        assert not Customer.objects.exclude(pk__in=crowd.records).exists()
        points = ContactPoint.objects.filter(is_live=True).values_list("value", flat=True)
        for four in fours:
            wanted = {four.email(who) for who in range(4)}
            wanted |= {f"+6149{four.number:04}{who:03}" for who in range(4)}
            assert wanted <= set(points)


def test_the_same_pair_by_two_who_saw_the_same_page(committed: None, acme: World) -> None:
    with acme.inside():
        ana, ben = (make_customer(acme.system()) for _ in range(2))
    versions = {ana.pk: ana.version, ben.pk: ben.version}

    def work(number: int) -> str:
        survivor, other = (ana, ben) if number == 0 else (ben, ana)
        try:
            with acme.inside():
                merge_customers(
                    actor=acme.system(),
                    survivor_id=survivor.pk,
                    others=[other.pk],
                    versions=versions,
                )
        except StaleVersion:
            return "stale"
        except Conflict as conflict:
            return conflict.code
        return "merged by me"

    answers = sorted(run_threads(2, work))
    assert answers in (["merged", "merged by me"], ["merged by me", "stale"])
