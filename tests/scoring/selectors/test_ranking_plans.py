"""The list by score reads a few rows of a large company, whatever it is sorted and narrowed by."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from crm.roles import Role
from scoring.models import Band
from scoring.score_words import Activity
from scoring.selectors.ranking import ORDERINGS, RankingFilters, count_ranked, rank_customers
from tests.customers.search_crowd import commit_crowd, unsearched
from tests.worlds import World

COUNT = 12_000
FEW = COUNT // 10
READ = """
SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
 WHERE relname = 'scoring_engagement'
"""
# Every tenth customer bought, spread over two years; a score of each kind comes of it.
ORDERS = """
INSERT INTO scoring_order
       (id, company_id, customer_id, platform, external_id, reference, link_method, buyer_name,
        buyer_email, buyer_phone, buyer_email_key, buyer_phone_key, status, platform_status,
        sales_channel, currency, gross, refunded, net, scored_gross, scored_net, tickets, event_id,
        event_name, venue, discount_code, ordered_at, changed_at, review, review_reasons,
        removed_by, raw, created_at, updated_at)
SELECT gen_random_uuid(), company_id, id, 'generic', id || '-' || n, '', '', '', '', '', '', '',
       'complete', '', '', 'AUD', 30 * n, 0, 30 * n, 30 * n, 30 * n, 1, '', '', '', '',
       now() - mod(place, 730) * interval '1 day', now(), 'fine', '[]', '', '{}', now(), now()
  FROM (SELECT id, company_id, row_number() OVER (ORDER BY id) AS place
          FROM customers_customer WHERE company_id = %s) customer,
       LATERAL generate_series(1, 1 + (mod(place, 120) / 10)::integer) n
 WHERE mod(place, 3) = 0
"""


@pytest.fixture
def large(committed: None, acme: World) -> Iterator[None]:
    """A company in which a third of the customers have bought."""
    with unsearched():
        commit_crowd(acme, COUNT)
    with connections["owner"].cursor() as cursor:
        cursor.execute(ORDERS, [acme.company.pk])
        cursor.execute("ANALYZE")
    with acme.inside():
        yield


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return int(cursor.fetchone()[0] or 0)


def test_a_page_reads_few_rows(large: None, acme: World) -> None:
    actor = acme.actor(Role.MANAGER)
    filters = [
        RankingFilters(),
        *(RankingFilters(band=band) for band in Band.values),
        *(RankingFilters(activity=one.value) for one in (Activity.ACTIVE, Activity.DORMANT)),
        RankingFilters(recency=5, frequency=5),
        RankingFilters(recency=1, frequency=2),
    ]
    for ordering in ORDERINGS:
        for chosen in filters:
            before = rows_read()
            page = rank_customers(actor=actor, filters=chosen, ordering=ordering)
            read = rows_read() - before
            # Few rows match: reading them all is what there is to do.
            assert read < FEW * 3 or not page.next_cursor, (ordering, chosen, read)
            if page.next_cursor:
                before = rows_read()
                rank_customers(
                    actor=actor, filters=chosen, ordering=ordering, cursor=page.next_cursor
                )
                assert rows_read() - before < FEW * 3, (ordering, chosen)


def test_counting_stops(large: None, acme: World) -> None:
    before = rows_read()
    assert count_ranked(actor=acme.actor(Role.MANAGER)) == 1001
    assert rows_read() - before < FEW * 2
