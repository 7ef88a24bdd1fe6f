"""How fast: a full scan, one newcomer against everybody, and a night of one customer in a hundred.

A company of generated people of its own for each size, scanned as the product scans: customers and
contact points are read, pairs scored, candidates written.
"""

import os
from datetime import date
from time import perf_counter
from typing import Any

import psycopg
from django.db import connection

from benchmarks.duplicates.engine import postmaster
from benchmarks.duplicates.population import canonical, fill_company, sample
from benchmarks.duplicates.records import LabelledPerson
from benchmarks.duplicates.usage import Usage
from benchmarks.measure import Report, timed
from crm.actors import Actor, Door, system_actor
from crm.models import Company
from crm.tenancy import use_company
from customers.models import DuplicateScan
from customers.selectors.alike import alike
from customers.services.duplicate_scan import ask_scan, compare_again
from customers.services.duplicate_scan_run import run_scan

SIZES = (100_000, 1_000_000)
NEWCOMERS = 500
NIGHT = 0.01
SEED = 7
CHANGED = """
UPDATE customers_customer SET address_line = '7 ' || address_line, version = version + 1
 WHERE id IN (SELECT id FROM customers_customer WHERE company_id = %s
               ORDER BY hashtext(code) LIMIT %s)
RETURNING id
"""


def run_speed(report: Report, largest: int) -> None:
    """All sizes up to the largest."""
    for size in SIZES:
        if size <= largest:
            _of_size(report, size)


def _of_size(report: Report, size: int) -> None:
    began = perf_counter()
    company_id = fill_company(f"duplicates-{size}", size, seed=SEED)
    report(f"making {size:,} customers", f"{perf_counter() - began:.0f} s")
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
    actor = system_actor(company, door=Door.TASK, name="benchmark")
    full = _scan(report, actor, f"scan of {size:,}", full=True)
    _newcomers(report, actor, size)
    _night(report, actor, size, full)


def _scan(report: Report, actor: Actor, what: str, *, full: bool) -> float:
    """Returns the seconds."""
    with use_company(actor.company.pk):
        scan = ask_scan(actor=actor, full=full)
    began = perf_counter()
    with Usage([os.getpid(), postmaster()]) as usage:
        run_scan(company_id=actor.company.pk, scan_id=scan.pk)
    seconds = perf_counter() - began
    with use_company(actor.company.pk):
        done = DuplicateScan.objects.get(pk=scan.pk)
    report(
        what,
        f"{seconds:.1f} s ({usage.processor_seconds:.1f} s of the processor), "
        f"{usage.megabytes:.0f} MB; {done.records:,} records, {done.pairs:,} pairs compared, "
        f"{done.found:,} found; {done.state}",
    )
    return seconds


def _newcomers(report: Report, actor: Actor, size: int) -> None:
    people = list(sample(size, seed=SEED, every=max(size // NEWCOMERS, 1)))
    with use_company(actor.company.pk):
        inputs = [_asked(person) for person in people]
        whole = timed(lambda given: alike(actor=actor, **given), inputs)
        report(f"newcomer against {size:,}, with the words of the evidence", whole.text())
        in_database = timed(_in_database, inputs)
        report(f"newcomer against {size:,}, in the database", in_database.text())


def _asked(person: LabelledPerson) -> dict[str, Any]:
    year, month, day = (person.birthday or "0-0-0").split("-")
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        born = None
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "phones": [canonical(phone) for phone in person.phones],
        "emails": list(person.emails),
        "birthday": born,
        "address_line": person.address,
        "city": person.city,
        "postcode": person.postcode,
    }


def _in_database(asked: dict[str, Any]) -> None:
    """Only the function that finds and compares, as `alike` calls it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM duplicate_newcomer(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                asked["given_name"],
                asked["family_name"],
                asked["birthday"] and str(asked["birthday"]),
                asked["address_line"],
                asked["city"],
                asked["postcode"],
                asked["phones"],
                asked["emails"],
                None,
                None,
            ],
        )
        cursor.fetchall()


def _night(report: Report, actor: Actor, size: int, full: float) -> None:
    """One customer in a hundred changed since the full scan."""
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL_OF_DATABASE"]) as superuser:
        superuser.execute("SET session_replication_role = replica")
        found = superuser.execute(CHANGED, [actor.company.pk, int(size * NIGHT)]).fetchall()
    with use_company(actor.company.pk):
        compare_again(company=actor.company, customer_ids=[row[0] for row in found])
    seconds = _scan(report, actor, f"night with {len(found):,} changed of {size:,}", full=False)
    report(f"night against the full scan of {size:,}", f"{seconds / full:.1%}")
