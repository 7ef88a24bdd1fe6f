"""A whole address book: every person is read, by the phone that is behind the writing."""

import io

import pytest

from crm.identifiers.phones import parse_phone
from customers.contact_files.reader import open_contacts
from tests.factories.google_export import google_export, google_people


@pytest.mark.parametrize("region", ["AU", "IN", "TH"])
def test_every_person_is_read_with_their_phone(region):
    count = 2_000
    people = list(google_people(count, region=region))
    rows = list(open_contacts(io.BytesIO(google_export(count, region=region))))
    assert len(rows) == count
    for row, person in zip(rows, people, strict=True):
        assert not row.problems
        assert parse_phone(row.phones[0].text, regions=[region]).e164 == person.mobile
        assert row.given_name == person.cells["First Name"]
        assert row.family_name == person.cells["Last Name"]
    own = [person.mobile for person in people if not person.shares_mobile]
    assert len(set(own)) == len(own)
    assert any(person.shares_mobile for person in people)


def test_the_same_seed_gives_the_same_file():
    assert google_export(50, seed=7) == google_export(50, seed=7)
    assert google_export(50, seed=7) != google_export(50, seed=8)
