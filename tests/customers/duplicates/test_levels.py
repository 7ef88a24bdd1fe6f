"""Each level by an example: what two records show in one field."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.db import connection

from customers.duplicates.fields import FIELDS, levels_of
from customers.duplicates.nickname_groups import nickname_columns
from customers.services.duplicate_pairs import TypedRecord, copy_records
from tests.customers.duplicates.people import person
from tests.worlds import World

NAMES = {"given_name": "Maria", "family_name": "Okonkwo"}
EXAMPLES: Sequence[tuple[str, int, Mapping[str, Any], Mapping[str, Any]]] = (
    ("given name", 0, {"given_name": "Maria"}, {"given_name": "-"}),
    ("given name", 1, {"given_name": "Maria"}, {"given_name": "Stefan"}),
    ("given name", 2, {"given_name": "M."}, {"given_name": "Maria"}),
    ("given name", 3, {"given_name": "Katherine"}, {"given_name": "Katehrine"}),
    ("given name", 3, {"given_name": "Oluwaseun"}, {"given_name": "Oluwa"}),
    ("given name", 3, {"given_name": "Renée"}, {"given_name": "Rene"}),
    ("given name", 4, {"given_name": "Bill"}, {"given_name": "WILLIAM"}),
    ("given name", 5, {"given_name": "Jo"}, {"given_name": "jo"}),
    ("given name", 9, {"given_name": "Zebedee"}, {"given_name": "Zebedee"}),
    ("given name", 9, {"given_name": "สมชาย"}, {"given_name": "สมชาย"}),
    ("given name", 7, {"given_name": "Maria"}, {"given_name": "Monique"}),
    ("given name", 8, NAMES, {"given_name": "Okonkwo", "family_name": "Maria"}),
    ("given name", 8, NAMES, {"given_name": "Okonkwo", "family_name": "Marla"}),
    ("given name", 8, NAMES, {"given_name": "Okonkwo"}),
    ("family name", 0, NAMES, {"given_name": "Okonkwo", "family_name": "Maria"}),
    ("family name", 1, {"family_name": "Okonkwo"}, {"family_name": "Smith"}),
    ("family name", 2, {"family_name": "Garcia-Lopez"}, {"family_name": "Garcia"}),
    ("family name", 3, {"family_name": "Okonkwo"}, {"family_name": "Okonwko"}),
    ("family name", 4, {"family_name": "Meyer"}, {"family_name": "Maiar"}),
    ("family name", 5, {"family_name": "Jo"}, {"family_name": "JO"}),
    ("family name", 7, {"family_name": "Zebedee"}, {"family_name": "Zébedée"}),
    ("middle name", 1, {"middle_name": "Ann"}, {"middle_name": "Beth"}),
    ("middle name", 2, {"middle_name": "Ann"}, {"middle_name": "A"}),
    ("middle name", 2, {"middle_name": "A."}, {"middle_name": "A"}),
    ("middle name", 3, {"middle_name": "Ann"}, {"middle_name": "ann"}),
    ("birthday", 1, {"birthday": "1980-02-03"}, {"birthday": "1975-11-28"}),
    ("birthday", 2, {"birthday": "1980-02-03"}, {"birthday": "1954-02-03"}),
    ("birthday", 2, {"birthday": "1984-11-20"}, {"birthday": "1985-12-19"}),
    ("birthday", 1, {"birthday": "1984-11-20"}, {"birthday": "1988-12-19"}),
    ("birthday", 0, {"birthday": "1984-11-20"}, {"birthday": "20/11/1984"}),
    ("birthday", 3, {"birthday": "1980-02-03"}, {"birthday": "1980-03-02"}),
    ("birthday", 3, {"birthday": "1980-02-03"}, {"birthday": "1981-02-03"}),
    ("birthday", 4, {"birthday": "1980-02-03"}, {"birthday": "1980-02-03"}),
    ("address", 1, {"address": "1 High Street"}, {"address": "77 Mill Lane"}),
    ("address", 2, {"address": "12 High Street"}, {"address": "12 High St"}),
    ("address", 4, {"address": "12 High Street"}, {"address": "12  HIGH Street"}),
    ("city", 1, {"city": "Perth"}, {"city": "Hobart"}),
    ("city", 2, {"city": "Canberra"}, {"city": "Canbera"}),
    ("city", 4, {"city": "Wagga Wagga"}, {"city": "wagga wagga"}),
    ("postcode", 1, {"postcode": "2600"}, {"postcode": "3914"}),
    ("postcode", 2, {"postcode": "2600"}, {"postcode": "2601"}),
    ("postcode", 3, {"postcode": "SW1A 1AA"}, {"postcode": "sw1a1aa"}),
    ("region", 1, {"region": "NSW"}, {"region": "VIC"}),
    ("region", 2, {"region": "NSW"}, {"region": "nsw"}),
    ("organisation", 1, {"organisation": "Acme"}, {"organisation": "Globex"}),
    ("organisation", 2, {"organisation": "Acme Trading"}, {"organisation": "Acme Tradng"}),
    ("organisation", 3, {"organisation": "Acme"}, {"organisation": "ACME"}),
    ("occupation", 1, {"occupation": "baker"}, {"occupation": "nurse"}),
    ("occupation", 4, {"occupation": "baker"}, {"occupation": "Baker"}),
    ("e-mail", 1, {"emails": ["a.lee@x.example"]}, {"emails": ["bob@y.example"]}),
    ("e-mail", 2, {"emails": ["a.lee@x.example"]}, {"emails": ["alee7@mail.test"]}),
    (
        "e-mail",
        7,
        {"emails": ["ann.lee@x.example"], "given_name": "Ann", "family_name": "Lee"},
        {"emails": ["annlee7@mail.test"]},
    ),
    (
        "e-mail",
        7,
        {"emails": ["ann.lee@gmail.com"], "given_name": "Ann", "family_name": "Lee"},
        {"emails": ["annlee@gmail.com"], "given_name": "Ann", "family_name": "Lee"},
    ),
    (
        "e-mail",
        4,
        {"emails": ["ann.lee@gmail.com"], "given_name": "Ann", "family_name": "Lee"},
        {"emails": ["ann.lie@gmail.com"], "given_name": "Ann", "family_name": "Lee"},
    ),
    ("e-mail", 1, {"emails": ["kim77@gmail.com"]}, {"emails": ["tom77@ymail.com"]}),
    ("e-mail", 2, {"emails": ["q77@gmail.com"]}, {"emails": ["q77@ymail.com"]}),
    ("e-mail", 4, {"emails": ["alee@gmail.com"]}, {"emails": ["alee@gmial.com"]}),
    ("e-mail", 6, {"emails": ["alee@gmail.com"]}, {"emails": ["b@c.de", " ALee@gmail.com "]}),
    ("phone", 1, {"phones": ["+61 412 345 678"]}, {"phones": ["+61 498 111 222"]}),
    ("phone", 2, {"phones": ["+61 412 345 678"]}, {"phones": ["+61 412 345 679"]}),
    ("phone", 2, {"phones": ["02 4123 4567"]}, {"phones": ["03 4123 4567"]}),
    ("phone", 6, {"phones": ["0402 555 6666"]}, {"phones": ["00 61 402 555 666 6"]}),
)


def patterns(pairs: Sequence[tuple[TypedRecord, TypedRecord]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT duplicate_make_raw()")
    copy_records(connection, [record for pair in pairs for record in pair])
    with connection.cursor() as cursor:
        cursor.execute("SELECT duplicate_normalise(%s, %s)", list(nickname_columns()))
        cursor.execute("SELECT duplicate_count_values()")
        cursor.execute("SELECT duplicate_finish_records()")
        cursor.execute("SELECT duplicate_store_records(NULL)")
        cursor.execute(
            "SELECT duplicate_pattern(a, b)"
            "  FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY pair (l, r, place)"
            "  JOIN customers_matchrecord a ON a.customer_id = l"
            "  JOIN customers_matchrecord b ON b.customer_id = r"
            " ORDER BY place",
            [[pair[0].customer_id for pair in pairs], [pair[1].customer_id for pair in pairs]],
        )
        return [row[0] for row in cursor.fetchall()]


def test_every_level_by_an_example(acme: World) -> None:
    pairs = [
        (person(2 * i, **one), person(2 * i + 1, **other))
        for i, (_, _, one, other) in enumerate(EXAMPLES)
    ]
    # A crowd in which everybody is Jo: the name is common, the others are rare.
    crowd = [
        (person(i, given_name="Jo", family_name="Jo"), person(i + 1, given_name="Jo"))
        for i in range(1000, 1400, 2)
    ]
    places = {field.name: place for place, field in enumerate(FIELDS)}
    found = [levels_of(pattern) for pattern in patterns([*pairs, *crowd])]
    shown = [
        (name, levels[places[name]], one, other)
        for (name, _, one, other), levels in zip(EXAMPLES, found, strict=False)
    ]
    assert [a for a, b in zip(shown, EXAMPLES, strict=True) if a != b] == []


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [("Marta", "Maria", 7), ("Christian", "Christine", 7), ("Stephen", "Steven", 3)],
)
def test_two_names_that_many_bear_are_no_typing_error(
    acme: World, one: str, other: str, level: int
) -> None:
    many = [(person(2 * i, given_name=one), person(2 * i + 1, given_name=other)) for i in range(6)]
    assert {levels_of(pattern)[0] for pattern in patterns(many)} == {level}
    few = [(person(901, given_name=one), person(902, given_name=other))]
    assert levels_of(patterns(few)[0])[0] == 3


@pytest.mark.parametrize(("holders", "level"), [(2, 6), (4, 5), (9, 3)])
def test_a_number_says_less_the_more_hold_it(acme: World, holders: int, level: int) -> None:
    records = [
        person(i, given_name="ABCDEFGHI"[i], phones=["0412 345 678"], emails=["us@home.example"])
        for i in range(holders)
    ]
    others = [(person(900 + i), record) for i, record in enumerate(records[2:])]
    first = patterns([(records[0], records[1]), *others])[0]
    assert levels_of(first)[-2:] == (level, level)
