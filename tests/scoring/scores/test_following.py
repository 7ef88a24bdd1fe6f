"""Metrics follow each order that is written; the ledger says why a score changed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from crm.models import OutboxEvent
from crm.tenancy import use_company
from customers.models import Customer
from scoring.models import Engagement, Order, OrderStatus, ReviewState, ScoreChange
from tests.factories.customers import make_customer
from tests.scoring.scored import call, holds, ledger, noon, place_order, points
from tests.threads import run_threads
from tests.worlds import World


@pytest.fixture
def customer(acme: World) -> Customer:
    return make_customer(acme.system())


def written_rows() -> int:
    """Rows of engagement that this transaction has inserted or updated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd + n_tup_ins FROM pg_stat_xact_user_tables "
            "WHERE relname = 'scoring_engagement'"
        )
        return cursor.fetchone()[0]


def test_an_order_raises_the_score(customer: Customer) -> None:
    place_order(customer, net="60", tickets=2, at=noon(3))
    row = Engagement.objects.get(pk=customer.pk)
    assert (row.orders, row.tickets, row.net, row.gross) == (1, 2, Decimal(60), Decimal(60))
    assert row.first_order_at == row.last_order_at == noon(3)
    assert points(customer) == (5, 2, 2, 21, "warm")
    assert ledger(customer) == [("order", 6, 21)]
    assert holds()


def test_a_refund_and_a_cancellation_say_so(customer: Customer) -> None:
    order = place_order(customer, net="600", at=noon(3))
    order.scored_net = order.net = Decimal(40)
    order.save()
    order.status = OrderStatus.CANCELLED
    order.save()
    assert [line[0] for line in ledger(customer)] == ["order", "refund", "refund"]
    assert points(customer) == (1, 1, 1, 6, "cold")
    assert Engagement.objects.get(pk=customer.pk).last_order_at is None
    assert holds()


def test_a_removed_order_comes_back(customer: Customer) -> None:
    order = place_order(customer, net="600", at=noon(3))
    Order.objects.filter(pk=order.pk).update(removed_at=timezone.now(), removed_by="hand")
    Order.objects.filter(pk=order.pk).update(removed_at=None, removed_by="")
    assert [line[0] for line in ledger(customer)] == ["order", "removal", "order"]
    assert holds()


def test_a_deleted_order_is_a_removal(customer: Customer) -> None:
    place_order(customer).delete()
    assert [line[0] for line in ledger(customer)] == ["order", "removal"]


def test_an_order_that_moves_is_a_merge_for_both(acme: World, customer: Customer) -> None:
    other = make_customer(acme.system())
    order = place_order(customer, net="60")
    Order.objects.filter(pk=order.pk).update(customer=other)
    assert ledger(customer)[-1] == ("merge", 21, 6)
    assert ledger(other) == [("merge", 6, 21)]
    assert holds()


def test_linking_an_order_later_counts_it(customer: Customer) -> None:
    order = place_order(customer)
    Order.objects.filter(pk=order.pk).update(customer=None)
    assert points(customer) == (1, 1, 1, 6, "cold")
    Order.objects.filter(pk=order.pk).update(customer=customer)
    assert [line[0] for line in ledger(customer)] == ["order", "merge", "order"]
    assert holds()


@pytest.mark.parametrize(
    "values",
    [
        {"status": OrderStatus.REFUNDED},
        {"status": OrderStatus.PENDING},
        {"status": OrderStatus.UNKNOWN},
        {"review": ReviewState.FLAGGED},
        {"removed_at": noon(1), "removed_by": "hand"},
    ],
)
def test_what_does_not_count_writes_nothing(customer: Customer, values: dict[str, object]) -> None:
    before = written_rows()
    place_order(customer, **values)
    assert points(customer) == (1, 1, 1, 6, "cold")
    assert written_rows() == before


def test_a_change_that_means_nothing_writes_nothing(customer: Customer) -> None:
    order = place_order(customer)
    before = written_rows()
    Order.objects.filter(pk=order.pk).update(venue="Elsewhere", reference="R-1")
    Order.objects.filter(pk=order.pk).update(scored_net=order.scored_net)
    assert written_rows() == before


def test_one_statement_touches_only_its_customers(acme: World) -> None:
    actor = acme.system()
    people = [make_customer(actor) for _ in range(3)]
    for person in people:
        place_order(person)
    before = written_rows()
    Order.objects.filter(customer__in=people[:2]).update(scored_net=Decimal(5))
    assert written_rows() == before + 2


def test_a_transaction_may_name_the_cause(customer: Customer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('crm.score_cause', 'repair', true)")
    place_order(customer)
    assert ledger(customer)[0][0] == "repair"


def test_changes_of_band_are_told_without_names(customer: Customer) -> None:
    place_order(customer, net="60")
    place_order(customer, net="1", at=timezone.now() - timedelta(days=2))
    events = OutboxEvent.objects.filter(topic="score.band_changed")
    assert [event.payload for event in events] == [
        {"cause": "order", "customer_ids": [str(customer.pk)], "before": ["cold"],
         "after": ["warm"]}
    ]  # fmt: skip


def test_merged_and_deleted_customers_are_not_live(acme: World, customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(
        record_state="deleted", deleted_at=timezone.now()
    )
    assert not Engagement.objects.get(pk=customer.pk).is_live
    Customer.objects.filter(pk=customer.pk).update(record_state="active", deleted_at=None)
    assert Engagement.objects.get(pk=customer.pk).is_live


@pytest.mark.parametrize("table", ["scoring_engagement", "scoring_scorechange"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {0} SET cause = ''", "DELETE FROM {0}", "INSERT INTO {0} SELECT * FROM {0} LIMIT 0"],
)
def test_the_app_writes_neither_metrics_nor_ledger(
    customer: Customer, table: str, statement: str
) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_one_statement_with_one_order_and_one_with_two_do_the_same(acme: World) -> None:
    alone, first, second = (make_customer(acme.system()) for _ in range(3))
    place_order(alone, net="250", at=noon(40), tickets=3)
    place_order(first, net="250", at=noon(40), tickets=3, status=OrderStatus.CANCELLED)
    place_order(second, net="250", at=noon(40), tickets=3, status=OrderStatus.CANCELLED)
    Order.objects.filter(customer__in=(first, second)).update(status=OrderStatus.COMPLETE)
    leave_out = ("customer_id", "scored_at")
    rows = [
        {name: value for name, value in row.items() if name not in leave_out}
        for row in Engagement.objects.filter(pk__in=(alone.pk, first.pk, second.pk)).values()
    ]
    assert rows[0] == rows[1] == rows[2]
    assert ledger(alone) == ledger(first) == ledger(second)
    told = OutboxEvent.objects.filter(topic="score.band_changed").order_by("id")
    single, double = (event.payload for event in told)
    assert single == {
        "cause": "order", "customer_ids": [str(alone.pk)], "before": ["cold"], "after": ["warm"],
    }  # fmt: skip
    assert double["cause"] == "order"
    assert (double["before"], double["after"]) == (["cold"] * 2, ["warm"] * 2)
    assert holds()


def test_not_even_the_owner_rewrites_the_ledger(committed: None) -> None:
    with (
        pytest.raises(Exception, match="append-only"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("DELETE FROM scoring_scorechange")


def test_another_company_s_customers_are_out_of_reach(acme: World, globex: World) -> None:
    with globex.inside():
        stranger = make_customer(globex.system())
        place_order(stranger)
    assert call("score_customers", [stranger.pk], "rescore") == 0
    assert not Engagement.objects.filter(pk=stranger.pk).exists()
    assert not ScoreChange.objects.filter(customer=stranger.pk).exists()


def test_orders_at_the_same_moment_add_up(acme: World, committed: None) -> None:
    with acme.inside():
        people = [make_customer(acme.system()) for _ in range(3)]

    def order(number: int) -> None:
        for round_ in range(4):
            with use_company(acme.company.pk):
                # In each thread another order of customers within one statement.
                turned = people[number % 3 :] + people[: number % 3]
                Order.objects.bulk_create(
                    Order(
                        company=acme.company, customer=person, platform="csv",
                        external_id=f"{number}-{round_}-{person.pk}", status="complete",
                        currency="AUD", gross=10, net=10, scored_gross=10, scored_net=10,
                        ordered_at=noon(number), changed_at=noon(number),
                    )
                    for person in turned
                )  # fmt: skip

    run_threads(8, order)
    with acme.inside():
        for person in people:
            row = Engagement.objects.get(pk=person.pk)
            assert (row.orders, row.net) == (32, Decimal(320))
        assert holds()
