"""The search tables say what the customers and leads say, whoever wrote these and how."""

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from crm.models.tenant import new_id
from crm.tenancy import use_company
from customers.models import ContactPoint, Customer
from leads.models import Lead
from tests.customers.search_crowd import make_crowd
from tests.factories.customers import make_customer
from tests.factories.leads import make_legacy_lead
from tests.threads import run_threads

WRONG_PHONES = """
WITH wanted AS (
    SELECT customer.company_id, 'c' AS kind, customer.id, substr(point.value, 2) AS digits,
           (customer.last_activity_at AT TIME ZONE 'UTC')::date AS day
      FROM customers_customer customer
      JOIN customers_contactpoint point ON point.customer_id = customer.id
     WHERE customer.record_state = 'active' AND point.kind = 'phone'
     UNION ALL
    SELECT company_id, 'l', id, CASE WHEN phone <> '' THEN substr(phone, 2)
                                     ELSE left(regexp_replace(phone_as_typed, '\\D', '', 'g'), 20)
                                END,
           (last_activity_at AT TIME ZONE 'UTC')::date
      FROM leads_lead
     WHERE customer_id IS NULL
       AND (phone <> '' OR length(regexp_replace(phone_as_typed, '\\D', '', 'g')) >= 3)),
stored AS (
    SELECT company_id, subject_kind, subject_id, digits, last_activity FROM customers_searchphone)
(TABLE wanted EXCEPT ALL TABLE stored) UNION ALL (TABLE stored EXCEPT ALL TABLE wanted)
"""
WRONG_DOCUMENTS = """
WITH wanted AS (
    SELECT company_id, 'c' AS kind, id,
           search_lexemes(company_id, full_name, code, ARRAY(
               SELECT point.value FROM customers_contactpoint point
                WHERE point.customer_id = customer.id AND point.kind = 'email')) AS words,
           (last_activity_at AT TIME ZONE 'UTC')::date AS day
      FROM customers_customer customer WHERE record_state = 'active'
     UNION ALL
    SELECT company_id, 'l', id, search_lexemes(company_id, full_name, '', ARRAY[email::text]),
           (last_activity_at AT TIME ZONE 'UTC')::date
      FROM leads_lead WHERE customer_id IS NULL),
stored AS (
    SELECT company_id, subject_kind, subject_id, words, last_activity
      FROM customers_searchdocument)
(TABLE wanted EXCEPT ALL TABLE stored) UNION ALL (TABLE stored EXCEPT ALL TABLE wanted)
"""
UNKNOWN_WORDS = """
SELECT word
  FROM (SELECT full_name FROM customers_customer WHERE record_state = 'active'
         UNION ALL SELECT full_name FROM leads_lead WHERE customer_id IS NULL) names,
       search_name_words(full_name) word
EXCEPT SELECT word FROM customers_searchword
"""


def wrong_rows():
    """What is missing or left over in the search tables."""
    with connection.cursor() as cursor:
        rows = []
        for check in (WRONG_PHONES, WRONG_DOCUMENTS, UNKNOWN_WORDS):
            cursor.execute(check)
            rows += cursor.fetchall()
        return rows


def stored_phones():
    with connection.cursor() as cursor:
        cursor.execute("SELECT digits FROM customers_searchphone ORDER BY digits")
        return [row[0] for row in cursor.fetchall()]


def test_a_crowd_and_everything_that_happens_to_it(acme):
    ids = make_crowd(acme, 300)
    assert len(stored_phones()) > 250
    assert wrong_rows() == []

    Customer.objects.filter(pk__in=ids[:50]).update(
        record_state="deleted", deleted_at=timezone.now()
    )
    assert wrong_rows() == []
    Customer.objects.filter(pk__in=ids[:20]).update(record_state="active", deleted_at=None)
    assert wrong_rows() == []
    Customer.objects.filter(pk__in=ids[50:60]).update(record_state="merged", merged_into=ids[99])
    assert wrong_rows() == []
    Customer.objects.filter(pk__in=ids[60:90]).update(full_name="Øystein Changed")
    assert wrong_rows() == []
    Customer.objects.filter(pk__in=ids[60:90]).update(last_activity_at="2020-01-01T00:00:00Z")
    assert wrong_rows() == []
    ContactPoint.objects.filter(customer_id__in=ids[100:120]).update(customer_id=ids[130])
    assert wrong_rows() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_contactpoint SET value = overlay(value PLACING '9' FROM 5 FOR 1) "
            "WHERE kind = 'phone' AND customer_id = ANY (%s)",
            [ids[140:160]],
        )
    assert wrong_rows() == []
    ContactPoint.objects.filter(customer_id__in=ids[160:200]).delete()
    assert wrong_rows() == []
    assert len(stored_phones()) < 250


def test_copy_by_the_owner(committed, acme):
    with acme.inside():
        person = make_customer(acme.actor(), name="Jane Smith")
    with connections["owner"].cursor() as cursor:
        now = timezone.now()
        with cursor.copy(
            "COPY customers_contactpoint (id, company_id, customer_id, kind, value, as_typed, "
            "extension, label, source, is_primary, is_shared, is_invalid, is_live, created_at, "
            "updated_at) FROM STDIN"
        ) as copy:
            for kind, value in (("phone", "+61498765432"), ("email", "copied@mail.example")):
                copy.write_row(
                    (
                        new_id(),
                        acme.company.pk,
                        person.pk,
                        kind,
                        value,
                        value,
                        "",
                        "",
                        "copy",
                        kind == "email",
                        False,
                        False,
                        True,
                        now,
                        now,
                    )
                )
    with acme.inside():
        assert "61498765432" in stored_phones()
        assert wrong_rows() == []


def test_leads_without_a_customer_come_and_go(acme):
    person = make_customer(acme.actor(), phone="0412 345 678")
    lead = make_legacy_lead(acme.north, phone="+61499888777", name="Zsófia Legacy")
    unread = make_legacy_lead(acme.north, typed="ask for Bo, ext 12 3456")
    assert {"61499888777", "123456"} <= set(stored_phones())
    assert wrong_rows() == []
    Lead.objects.filter(pk=unread.pk).update(phone_as_typed="none", full_name="Bo")
    assert wrong_rows() == []
    Lead.objects.filter(pk=lead.pk).update(customer=person)
    assert wrong_rows() == []
    assert stored_phones() == ["61412345678"]
    Lead.objects.filter(pk=lead.pk).update(customer=None)
    assert "61499888777" in stored_phones()
    assert wrong_rows() == []


def test_an_activity_of_the_same_day_writes_no_search_row(acme):
    person = make_customer(acme.actor())
    with connection.cursor() as cursor:
        versions = "SELECT xmin::text, ctid::text FROM customers_searchphone"
        cursor.execute(versions)
        before = cursor.fetchall()
        Customer.objects.filter(pk=person.pk).update(
            last_activity_at=timezone.now().replace(hour=0), version=9
        )
        cursor.execute(versions)
        assert cursor.fetchall() == before


def test_writers_at_once_leave_it_exact(committed, acme):
    with acme.inside():
        people = [make_customer(acme.actor(), name=f"Person{n} Shared") for n in range(4)]

    def write(number):
        with use_company(acme.company.pk):
            person = people[number % 4]
            if number < 4:
                Customer.objects.filter(pk=person.pk).update(full_name=f"Renamed{number} Novel")
            else:
                ContactPoint.objects.create(
                    company_id=acme.company.pk,
                    customer_id=person.pk,
                    kind="email",
                    value=f"new{number}@mail.example",
                    as_typed="",
                )

    run_threads(8, write)
    with acme.inside():
        assert wrong_rows() == []


@pytest.mark.parametrize("table", ["searchphone", "searchdocument", "searchword"])
def test_the_app_cannot_write_the_search_tables(acme, table):
    make_customer(acme.actor())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM customers_{table}")


def test_rebuilt_it_is_the_same(committed, acme):
    with acme.inside():
        make_crowd(acme, 100)
        make_legacy_lead(acme.north, phone="+61499888777", name="Zsófia Legacy")
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM customers_searchdocument")
        cursor.execute("DELETE FROM customers_searchphone")
        cursor.execute("DELETE FROM customers_searchword")
        cursor.execute("SELECT search_rebuild(%s)", [acme.company.pk])
        cursor.execute("SELECT search_rebuild_leads(%s)", [acme.company.pk])
    with acme.inside():
        assert wrong_rows() == []
        assert len(stored_phones()) > 80


def test_words_are_recounted(acme):
    for name in ("Jane Smith", "Jane Jones", "Wrongname Once"):
        person = make_customer(acme.actor(), name=name)
    Customer.objects.filter(pk=person.pk).update(full_name="Jane Once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_recount_words()")
        cursor.execute("SELECT word, count FROM customers_searchword ORDER BY word")
        assert cursor.fetchall() == [("jane", 3), ("jones", 1), ("once", 1), ("smith", 1)]
