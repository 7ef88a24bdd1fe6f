"""Scores: one order, many orders, everybody, the night; against the original way of scoring, which
`benchmarks/original_scores.py` rebuilds."""

import os
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

import psycopg

from benchmarks.original_scores import TOUCH_ALL, add_audit, original_tables, vacuum_original

ORIGINAL_CUSTOMERS = 9_369
CUSTOMERS = int(os.environ.get("SCORES_CUSTOMERS", "1000000"))
COPIED = 100_000
SINGLE = 2_000
ROUNDS = 5
Report = Callable[[str, str], None]

COMPANY = """
INSERT INTO crm_company (name, slug, default_region, time_zone, currency, languages, is_active,
                         created_at)
VALUES (%s, %s, 'AU', 'Australia/Sydney', 'AUD', '[]', true, now())
RETURNING id
"""
PEOPLE = """
INSERT INTO customers_customer
       (id, company_id, code, stable_hash_id, full_name, given_name, family_name,
        name_is_placeholder, lifecycle_stage, created_at, last_activity_at, stage_changed_at,
        updated_at, origin, record_state, version, address_line, city, postcode, country,
        language, preferred_contact)
SELECT new_uuid7(), %(company)s, %(prefix)s || number, md5(%(prefix)s || number), 'Known Person',
       'Known', 'Person', false, 'prospect', now(), now(), now(), now(), 'import', 'active', 1, '',
       '', '', '', '', ''
  FROM generate_series(%(first)s::integer, %(last)s::integer) AS number
"""
ORDER_COLUMNS = """id, company_id, platform, external_id, reference, customer_id, link_method,
    buyer_name, buyer_email, buyer_phone, buyer_email_key, buyer_phone_key, status,
    platform_status, sales_channel, currency, gross, refunded, net, scored_gross, scored_net,
    tickets, event_id, event_name, venue, discount_code, ordered_at, changed_at, review,
    review_reasons, removed_by, raw, created_at, updated_at"""
ORDER_VALUES = """new_uuid7(), company_id, 'bench', {key}, '', customer_id, 'email', '', '', '',
    '', '', 'complete', '', '', 'AUD', spent, 0, spent, spent, spent, 2, '', '', '', '', at, at,
    'fine', '[]', '', '{{}}', now(), now()"""
# Like the seed: 1.27 orders a customer, most of them long ago, mostly 40 to 150.
ORDERS = f"""
INSERT INTO scoring_order ({ORDER_COLUMNS})
SELECT {ORDER_VALUES.format(key="'bench-' || customer_id || '-' || number")}
  FROM (SELECT held.company_id, held.customer_id, number,
               (20 + 200 * random() * random())::numeric(14, 2) AS spent,
               now() - random() * interval '1500 days' AS at
          FROM (SELECT company_id, customer_id, 1 + floor(-ln(1 - random()) / 1.55)::integer AS many
                  FROM scoring_engagement WHERE company_id = %s OFFSET 0) held,
               LATERAL generate_series(1, held.many) AS number) drawn
"""
ONE_ORDER = f"""
INSERT INTO scoring_order ({ORDER_COLUMNS})
SELECT {ORDER_VALUES.format(key="%(key)s::text")}
  FROM (SELECT %(company)s::bigint AS company_id, %(customer)s::uuid AS customer_id,
               80::numeric AS spent, now() - interval '40 days' AS at) given
"""
STAGED = f"""
CREATE TEMP TABLE staged (LIKE scoring_order);
ALTER TABLE staged DROP COLUMN is_counted;
INSERT INTO staged ({ORDER_COLUMNS})
SELECT {ORDER_VALUES.format(key="'copied-' || customer_id")}
  FROM (SELECT company_id, customer_id, 70::numeric AS spent, now() - interval '50 days' AS at
          FROM scoring_engagement WHERE company_id = {{company}} LIMIT {COPIED}) drawn
"""
FORGET = """
UPDATE scoring_engagement
   SET recency = 1, frequency = 1, monetary = 1, score = 6, band = 'cold'
 WHERE company_id = %s
"""


def run(report: Report) -> None:
    """Everything on companies of its own, in a database of its own."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _against_the_original(owner, report)
        company = _company(owner, "scores-large", CUSTOMERS, report)
        _everybody(owner, company, report)
        _nights(owner, company, report)
        _single_orders(owner, company, report)
        _copied_orders(owner, company, report)


def _against_the_original(owner: psycopg.Connection, report: Report) -> None:
    """In turns, so that whatever else the machine does meets all of them; the fastest of each."""
    company = _company(owner, "scores-small", ORIGINAL_CUSTOMERS)
    bare, audited, first, unchanged = [], [], [], []
    with original_tables(owner, company):
        for measured in (bare, audited):
            for _ in range(ROUNDS):
                vacuum_original(owner)
                measured.append(_seconds(owner, TOUCH_ALL))
                _forget(owner, company)
                first.append(_rescored(owner))
                unchanged.append(min(_rescored(owner) for _ in range(3)))
            if measured is bare:
                add_audit(owner)
    plain, audit = min(bare), min(audited)
    report(f"the original way, {ORIGINAL_CUSTOMERS:,} customers", f"{plain * 1000:.1f} ms")
    report("the original way with its audit rows", f"{audit * 1000:.1f} ms")
    for name, ours in (("first, with the ledger", min(first)), ("unchanged", min(unchanged))):
        times = f"{plain / ours:.1f} and {audit / ours:.1f} times faster"
        report(f"ours, {name}", f"{ours * 1000:.2f} ms, {times}")


def _everybody(owner: psycopg.Connection, company: int, report: Report) -> None:
    _forget(owner, company)
    report(f"first score of {CUSTOMERS:,}", f"{_rescored(owner):.2f} s")
    _vacuum(owner)
    report(f"unchanged score of {CUSTOMERS:,}", f"{_rescored(owner):.2f} s, 0 rows written")
    drift = _seconds(owner, "SELECT * FROM score_drift(50)")
    report("compared with all orders (reconcile)", f"{drift:.2f} s")
    began = perf_counter()
    wrong = owner.execute("SELECT count(*) FROM score_contradictions(50)").fetchone()
    holds = perf_counter() - began
    assert wrong == (0,), "the benchmark broke the scores it measures"
    report("ledger, weights and thresholds verified", f"{holds:.2f} s")


def _nights(owner: psycopg.Connection, company: int, report: Report) -> None:
    row = owner.execute("SELECT day FROM scoring_scoringday WHERE company_id = %s", [company])
    today = row.fetchone()[0]  # type: ignore[index]
    for later in (1, 2, 3):
        began = perf_counter()
        done = owner.execute("SELECT score_decay(%s)", [today + timedelta(days=later)]).fetchone()
        seconds = perf_counter() - began
        report(f"night {later}", f"{seconds * 1000:.0f} ms, {done[0] if done else 0:,} customers")
    report("the same night again", f"{_seconds(owner, 'SELECT score_decay()') * 1000:.1f} ms")


def _single_orders(owner: psycopg.Connection, company: int, report: Report) -> None:
    found = owner.execute(
        "SELECT customer_id FROM scoring_engagement WHERE company_id = %s LIMIT %s",
        [company, 2 * SINGLE],
    ).fetchall()
    medians = []
    for name, customers in (("without", found[:SINGLE]), ("with", found[SINGLE:])):
        _order_triggers(owner, enabled=name == "with")
        seconds = []
        with owner.transaction():  # so that no write to the disk is measured
            for number, (customer,) in enumerate(customers):
                values = {"company": company, "customer": customer, "key": f"{name}-{number}"}
                began = perf_counter()
                owner.execute(ONE_ORDER, values, prepare=True)
                seconds.append(perf_counter() - began)
        medians.append(sorted(seconds)[len(seconds) // 2])
    _order_triggers(owner, enabled=True)
    bare, triggered = medians
    report("insert of one order without triggers", f"{bare * 1e6:.0f} µs")
    report("insert of one order", f"{triggered * 1e6:.0f} µs, {(triggered - bare) * 1e6:.0f} more")


def _copied_orders(owner: psycopg.Connection, company: int, report: Report) -> None:
    owner.execute(STAGED.replace("{company}", str(company)).encode())
    with owner.cursor().copy(f"COPY staged ({ORDER_COLUMNS}) TO STDOUT".encode()) as taken:
        buffer = b"".join(taken)
    seconds = []
    for name in ("without", "with"):
        _order_triggers(owner, enabled=name == "with")
        rows = buffer.replace(b"copied-", f"{name}-".encode())
        began = perf_counter()
        with owner.transaction(), owner.cursor() as cursor:
            statement = f"COPY scoring_order ({ORDER_COLUMNS}) FROM STDIN"
            with cursor.copy(statement.encode()) as copy:
                copy.write(rows)
        seconds.append(perf_counter() - began)
        if name == "without":
            owner.execute("DELETE FROM scoring_order WHERE external_id LIKE 'without-%'")
    bare, triggered = seconds
    report(f"COPY of {COPIED:,} orders without triggers", f"{bare:.2f} s")
    report(f"COPY of {COPIED:,} orders", f"{triggered:.2f} s, {triggered / bare:.1f} times")


def _company(
    owner: psycopg.Connection, slug: str, customers: int, report: Report | None = None
) -> int:
    """A company with customers, their orders, and metrics as the triggers would have left them."""
    row = owner.execute(COMPANY, [slug, slug]).fetchone()
    assert row is not None
    company = int(row[0])
    owner.execute("SELECT set_config('crm.company_id', %s, false)", [str(company)])
    _order_triggers(owner, enabled=False)
    _search_triggers(owner, enabled=False)
    began = perf_counter()
    # With some rows counted, checks of foreign keys find the right index.
    for first, last in ((1, 1000), (1001, customers)):
        values = {"company": company, "prefix": slug, "first": first, "last": last}
        owner.execute(PEOPLE, values)
        owner.execute("ANALYZE customers_customer, scoring_engagement")
    if report:
        report(f"{customers:,} customers with engagement rows", f"{perf_counter() - began:.0f} s")
    owner.execute(ORDERS, [company])
    _search_triggers(owner, enabled=True)
    _order_triggers(owner, enabled=True)
    owner.execute("ANALYZE customers_customer, scoring_order, scoring_engagement")
    began = perf_counter()
    owner.execute("SELECT engagement_rebuild('order')")
    if report:
        report("metrics and scores from all orders, first", f"{perf_counter() - began:.1f} s")
    _vacuum(owner)
    return company


def _forget(owner: psycopg.Connection, company: int) -> None:
    """Everybody as if nobody had ever been scored; the owner alone can do that."""
    owner.execute(FORGET, [company])
    owner.execute("TRUNCATE scoring_scorechange")
    _vacuum(owner)


def _vacuum(owner: psycopg.Connection) -> None:
    owner.execute("VACUUM (ANALYZE) scoring_engagement")
    owner.execute("VACUUM (ANALYZE) scoring_scorechange")


def _rescored(owner: psycopg.Connection) -> float:
    return _seconds(owner, "SELECT score_company('rescore')")


def _seconds(owner: psycopg.Connection, statement: str) -> float:
    began = perf_counter()
    owner.execute(statement.encode())
    return perf_counter() - began


def _order_triggers(owner: psycopg.Connection, *, enabled: bool) -> None:
    how = "ENABLE" if enabled else "DISABLE"
    owner.execute(f"ALTER TABLE scoring_order {how} TRIGGER USER".encode())


def _search_triggers(owner: psycopg.Connection, *, enabled: bool) -> None:
    how = "ENABLE" if enabled else "DISABLE"
    owner.execute(f"ALTER TABLE customers_customer {how} TRIGGER search_follow_inserts".encode())
