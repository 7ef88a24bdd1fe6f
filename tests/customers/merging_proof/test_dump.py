"""The instruments themselves: would they see it?"""

from django.db import connections

from crm.tenancy import use_company
from customers.models import Customer, Note
from tests.customers.merging_proof.canonical_dump import APART, differences, dump, dump_of_all
from tests.customers.merging_proof.references import pointing_at_merged, references
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World


def test_a_dump_sees_every_change_of_a_row(committed: None, acme: World, globex: World) -> None:
    with acme.inside():
        ana = make_customer(acme.system(), name="Ana Lee")
        place_order(ana)
    before = dump(acme.company.pk)
    with use_company(globex.company.pk):
        make_customer(globex.system())
    assert differences(before, dump(acme.company.pk)) == []
    with acme.inside():
        Customer.objects.filter(pk=ana.pk).update(city="Fitzroy")
    changes = differences(before, dump(acme.company.pk))
    assert [line[:21] for line in changes] == ["- customers_customer ", "+ customers_customer "]


def test_a_new_table_is_part_of_the_dump(committed: None, acme: World) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE new_thing (company_id bigint, customer_id uuid, what text);"
            "INSERT INTO new_thing VALUES (%s, NULL, 'something')",
            [acme.company.pk],
        )
        try:
            assert ("new_thing", '{"what": "something", "company_id": ') in [
                (table, row[:36]) for table, row in dump(acme.company.pk)
            ]
        finally:
            cursor.execute("DROP TABLE new_thing")


def test_what_is_apart_exists(committed: None, acme: World) -> None:
    with acme.inside():
        make_customer(acme.system())
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s)", [list(APART)])
        assert {name for (name,) in cursor.fetchall()} == set(APART)
    assert {"crm_auditevent", "crm_outboxevent"} <= {t for t, _ in dump_of_all(acme.company.pk)}


def test_a_row_left_with_a_merged_record_is_found(committed: None, acme: World) -> None:
    with acme.inside():
        ana, ben = (make_customer(acme.system(), name=name) for name in ("Ana Lee", "Ben Lee"))
        Note.objects.create(company=acme.company, customer=ana, text="left", author_name="x")
        Customer.objects.filter(pk=ana.pk).update(record_state="merged", merged_into=ben)
    assert ("customers_note", "customer_id", 1) in pointing_at_merged(acme.company.pk)


def test_references_include_what_has_no_key_of_its_own(committed: None) -> None:
    found = references()
    assert ("scoring_scorechange", "customer_id") in found
    assert ("customers_customer", "merged_into_id") in found
    assert ("leads_lead", "customer_id") in found
