"""No form of the search reads a whole table, on a large company and under row-level security."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from customers.models import ContactPoint, Customer
from customers.selectors.search import search
from leads.models import Lead
from tests.customers.search_crowd import commit_crowd
from tests.factories.leads import make_legacy_lead
from tests.worlds import World

COUNT = 30_000
SCANS = """
SELECT relname, seq_scan FROM pg_stat_xact_user_tables
 WHERE relname LIKE 'customers_search%' OR relname IN
       ('customers_customer', 'customers_contactpoint', 'leads_lead')
"""


@pytest.fixture
def large(committed: None, acme: World) -> Iterator[None]:
    """The company with its crowd, and with leads of both sorts."""
    commit_crowd(acme, COUNT)
    with acme.inside():
        make_legacy_lead(acme.north, phone="+61499888777", name="Zsófia Legacy")
        Lead.objects.bulk_create(
            Lead(company=acme.company, branch=acme.south, customer_id=pk, full_name="Of a customer")
            for pk in Customer.objects.values_list("pk", flat=True)[:3000]
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    with acme.inside():
        yield


def full_scans():
    with connection.cursor() as cursor:
        cursor.execute(SCANS)
        return dict(cursor.fetchall())


@pytest.mark.large
@pytest.mark.timeout(600)
def test_no_form_reads_a_whole_table(large, acme):
    point = ContactPoint.objects.filter(kind="phone").order_by("value").first()
    email = ContactPoint.objects.filter(kind="email").order_by("value").first()
    assert point is not None
    assert email is not None
    person = Customer.objects.get(pk=point.customer_id)
    digits = point.value.removeprefix("+61")
    words = person.full_name.split()
    forms = {
        "exact": (point.value, True),
        "national": (f"0{digits}", True),
        "last four": (digits[-4:], True),
        "last six": (digits[-6:], True),
        "three in the middle": (digits[4:7], True),
        "four in the middle": (digits[3:7], True),
        "six in the middle": (digits[2:8], True),
        "a common beginning": ("+61 4", True),
        "nobody's number": ("0400 000 00", False),
        "one word": (words[0], True),
        "two letters": (words[0][:2], True),
        "two words": (f"{words[2][:4]} {words[0]}", True),
        "a typing error": (f"{words[0]} {words[1]}x {words[2][0]}{words[2][2:]}", True),
        "nobody's name": ("Qqxqq Wvwvw", False),
        "e-mail": (email.value, True),
        "beginning of an e-mail": (email.value[:12] + "@", True),
        "domain": ("@zq.example", True),
        "code": (person.code, True),
        "beginning of a code": (person.code[:6], True),
        "name and digits": (f"{words[0]} {digits[:4]}", True),
        "lead without a customer": ("0499 888 777", True),
    }
    for name, (typed, is_somebody) in forms.items():
        before = full_scans()
        hits = search(actor=acme.actor(), text=typed).hits
        assert full_scans() == before, f"{name}: a full scan"
        assert bool(hits) == is_somebody, name

    # The check itself: LIKE is not leakproof, so row-level security takes its index away.
    before = full_scans()
    assert not ContactPoint.objects.filter(as_typed__contains="none").exists()
    assert full_scans() != before
