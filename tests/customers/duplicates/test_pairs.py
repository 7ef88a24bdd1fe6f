"""Which records meet: keys with caps, hostile input, and nobody of another company."""

from uuid import UUID

from django.db import connection

from customers.services.duplicate_pairs import scan_records
from tests.customers.duplicates.people import person
from tests.worlds import World


def paired(company_id: int, records: list) -> set[frozenset[UUID]]:  # type: ignore[type-arg]
    _, pairs = scan_records(connection, company_id, records=records, from_bits=-1000)
    return {frozenset((pair.left, pair.right)) for pair in pairs}


def ids(*numbers: int) -> frozenset[UUID]:
    return frozenset(UUID(int=number) for number in numbers)


def test_a_shared_phone_brings_together(acme: World) -> None:
    records = [
        person(1, given_name="Ann", family_name="Ash", phones=["0061 412 345 678"]),
        person(2, given_name="Zoe", family_name="Yew", phones=["+61 412 345 678"]),
        person(3, given_name="Max", family_name="Oak", phones=["0498 765 432"]),
    ]
    assert paired(acme.company.pk, records) == {ids(1, 2)}


def test_names_with_letters_in_another_order_or_place_bring_together(acme: World) -> None:
    records = [
        person(1, given_name="Olivier", family_name="Watson"),
        person(2, given_name="Wtason", family_name="Oliveir"),
        person(3, given_name="Иван", family_name="Петров"),
        person(4, given_name="Петров", family_name="Иван"),
        person(5, given_name="Мария", family_name="Орлова"),
    ]
    assert paired(acme.company.pk, records) == {ids(1, 2), ids(3, 4)}


def test_a_phone_of_thousands_brings_nobody_together(acme: World) -> None:
    crowd = [
        person(
            i, given_name=f"Q{i:x}a{i % 7}", family_name=f"W{i * 7919:x}", phones=["1300 000 111"]
        )
        for i in range(1, 2001)
    ]
    twins = [
        person(5001, given_name="Ida", family_name="Holm", phones=["1300 000 111"]),
        person(5002, given_name="Ida", family_name="Holm", phones=["1300 000 111"]),
    ]
    found = paired(acme.company.pk, [*crowd, *twins])
    assert ids(5001, 5002) in found
    assert len(found) < 50_000, "two thousand records have two million pairs"


def test_odd_records_are_compared_without_a_fault(acme: World) -> None:
    records = [
        person(1),
        person(2, given_name="", family_name=" ", phones=["x"], emails=["@", "a@b"]),
        person(3, given_name="W" * 200, family_name="ß" * 200, address="Å" * 300, city="c" * 120),
        person(4, given_name="W" * 200, family_name="ß" * 200, address="Å" * 300, city="c" * 120),
        person(5, given_name="'; DROP TABLE", family_name='\\x00{},"', birthday="0000-00-00"),
        person(6, given_name="山田", family_name="太郎", phones=["9" * 60] * 30),
        person(7, given_name="山田", family_name="太郎"),
    ]
    found = paired(acme.company.pk, records)
    assert {ids(3, 4), ids(6, 7)} <= found
    assert not any(UUID(int=1) in pair for pair in found)


def test_another_companys_people_are_never_compared(acme: World, globex: World) -> None:
    same = {"given_name": "Ann", "family_name": "Ash", "phones": ["0412 345 678"]}
    assert paired(globex.company.pk, [person(1, **same)]) == set()
    assert paired(acme.company.pk, [person(2, **same), person(3, **same)]) == {ids(2, 3)}
    with connection.cursor() as cursor, acme.inside():
        cursor.execute("SELECT customer_id FROM customers_matchrecord")
        assert {row[0] for row in cursor.fetchall()} == ids(2, 3)
