"""Links of older systems move here: the seeds' 250 mappings, their conflicts and their ghosts."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from customers.models import ContactPoint, Customer, ProfileLink
from customers.profile_links.legacy_file import read_legacy_links
from customers.selectors.profile_customer import customer_of_profile
from customers.services.import_profile_links import import_profile_links
from customers.services.legacy_link_report import LinkImportReport, LinkOutcome
from customers.services.profile_links import link_profile, unlink_profile
from tests.factories.candidates import pretend_merged
from tests.factories.customers import make_customer
from tests.worlds import World

DAVID = "2f3cf053-af38-437f-8909-f02647b15bda"  # the seeds' user with conflicting links
GHOST = "519cefd56a0595cd29e6a0ec1e0a6296"


def mapping(number: int, customer: Customer | None, **changes: Any) -> dict[str, Any]:
    """A row of crm_customer_mapping, with its copy of the customer."""
    phone = ContactPoint.objects.get(customer=customer).value if customer else ""
    return {
        "profile_id": f"profile-{number}",
        "stable_hash_id": customer.stable_hash_id if customer else GHOST,
        "crm_customer_data": {
            "name": customer.full_name if customer else "Gone Long Ago",
            "contact_number": phone,
        },
        "match_method": "phone_exact_match",
        "match_confidence": 1.0,
        "is_matched": True,
        "created_at": "2025-01-20T08:00:00+00:00",
        **changes,
    }


def many_members(world: World, how_many: int) -> list[Customer]:
    """Members with a phone each, in two statements."""
    members = Customer.objects.bulk_create(
        Customer(company=world.company, code=f"M-{n}", full_name=f"Member Number{n}")
        for n in range(how_many)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            company=world.company,
            customer=member,
            kind="phone",
            value=f"+66812{n:06}",
            as_typed="",
            is_primary=True,
        )
        for n, member in enumerate(members)
    )
    return members


def ndjson(rows: list[dict[str, Any]]) -> io.BytesIO:
    return io.BytesIO("\n".join(json.dumps(row) for row in rows).encode())


def run(world: World, rows: list[dict[str, Any]], **options: Any) -> LinkImportReport:
    return import_profile_links(
        actor=world.system(),
        links=read_legacy_links(ndjson(rows)),
        provider="supabase",
        **options,
    )


def state() -> list[tuple[Any, ...]]:
    names = ("profile_id", "customer_id", "match_method", "match_confidence", "linked_at")
    return list(ProfileLink.objects.order_by("profile_id").values_list(*names))


@pytest.fixture
def people(acme: World) -> list[Customer]:
    return [make_customer(acme.system(), name=f"Member Number{n}") for n in range(3)]


def test_250_of_250(acme: World) -> None:
    """As in the seeds: 249 mappings hold, and one names a customer who is not there any more."""
    members = many_members(acme, 250)
    rows = [mapping(n, member) for n, member in enumerate(members)]
    rows[7]["stable_hash_id"] = GHOST
    report = run(acme, rows)
    assert (report.linked, report.profiles) == (250, 250)
    assert report.outcomes == {LinkOutcome.MOVED: 249, LinkOutcome.REMATCHED: 1}
    assert (report.consistent, report.copies) == (249, 249)
    for number in (0, 7, 249):
        found = customer_of_profile(
            actor=acme.system(), provider="supabase", profile_id=f"profile-{number}"
        )
        assert found.customer is not None
        assert found.customer.customer_id == members[number].pk
    before = state()
    again = run(acme, rows)
    assert again.outcomes == {LinkOutcome.UNCHANGED: 250}
    assert state() == before


def test_the_user_with_conflicting_links(acme: World, people: list[Customer]) -> None:
    """One table pointed at a ghost, the other at the customer: the living one counts."""
    stale = mapping(1, None, profile_id=DAVID)
    valid = mapping(2, people[0], profile_id=DAVID)
    report = run(acme, [stale, valid])
    assert (report.profiles, report.linked) == (1, 1)
    assert report.outcomes == {LinkOutcome.MOVED: 1, LinkOutcome.DOUBLE: 1}
    assert [remark.row for remark in report.remarks] == [1]
    assert ProfileLink.objects.get().customer == people[0]


def test_what_the_file_says_of_the_link_is_kept(acme: World, people: list[Customer]) -> None:
    rows = [mapping(1, people[0], match_method="phone_fuzzy+name", match_confidence="0.75")]
    report = run(acme, rows)
    link = ProfileLink.objects.get()
    assert (link.match_method, float(link.match_confidence or 0)) == ("phone_fuzzy+name", 0.75)
    assert link.linked_at is not None
    assert link.linked_at.year == 2025
    assert (link.decided_by_human, report.guesses) == (False, 1)


def test_differences_are_listed_by_field_without_values(
    acme: World, people: list[Customer]
) -> None:
    copy = {"customer_name": "David G.", "contact_number": "+66812345678", "email": "d@ex.org"}
    report = run(acme, [mapping(1, people[0], crm_customer_data=json.dumps(copy))])
    (remark,) = report.remarks
    assert remark.what == "The copy has another name, phone, e-mail than the customer has now."
    assert remark.customer_code == people[0].code
    assert (report.consistent, report.copies) == (0, 1)


def test_ghosts_are_listed_and_kept_without_a_customer(acme: World) -> None:
    report = run(acme, [mapping(1, None), mapping(2, None, is_matched=False)])
    assert report.outcomes == {LinkOutcome.STALE: 1, LinkOutcome.UNMATCHED: 1}
    assert (report.linked, report.profiles) == (0, 2)
    assert set(ProfileLink.objects.values_list("customer_id", flat=True)) == {None}
    assert run(acme, [mapping(1, None)]).outcomes == {LinkOutcome.STALE: 1}


def test_links_follow_merges(acme: World, people: list[Customer]) -> None:
    pretend_merged(people[0], people[1])
    run(acme, [mapping(1, people[0])])
    assert ProfileLink.objects.get().customer == people[1]


def test_what_was_decided_here_stands(acme: World, people: list[Customer]) -> None:
    ana, ben, carl = people
    names = [{"provider": "supabase", "profile_id": f"profile-{n}"} for n in (1, 2)]
    for name in names:
        link = link_profile(actor=acme.system(), customer_id=ana.pk, **name)
    unlink_profile(actor=acme.system(), link_id=link.pk, reason="not hers")
    report = run(acme, [mapping(1, ben), mapping(2, carl)])
    assert report.outcomes == {LinkOutcome.KEPT: 2}
    assert [customer for _, customer, *_ in state()] == [ana.pk, None]


def test_customers_by_code_by_id_and_by_account(acme: World, people: list[Customer]) -> None:
    ana, ben, carl = people
    carl.external_identities.create(company=acme.company, system="pos", external_id="4711")
    rows = [
        mapping(1, ana, stable_hash_id="", crm_customer_code=ana.code),
        mapping(2, ben, stable_hash_id="", crm_customer_id=str(ben.pk)),
        mapping(3, carl, stable_hash_id="", crm_customer_id="4711", crm_customer_data=None),
    ]
    report = run(acme, rows, system="pos")
    assert report.outcomes == {LinkOutcome.MOVED: 3}
    assert [customer for _, customer, *_ in state()] == [one.pk for one in people]


def test_a_dry_run_writes_nothing(acme: World, people: list[Customer]) -> None:
    report = run(acme, [mapping(1, people[0])], dry_run=True)
    assert (report.linked, report.is_dry_run) == (1, True)
    assert not ProfileLink.objects.exists()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"profile_id": ""}', "no profile_id"),
        ("[1]", "no JSON list"),
        ('{"profile_id": "a", "match_confidence": 7}', "match_confidence"),
        ('{"profile_id": "a", "match_confidence": "high"}', "match_confidence"),
        ('{"profile_id": "a", "crm_customer_data": "{"}', "no JSON"),
        ('{"profile_id": "\\u0000"}', "cannot be kept"),
        ("hello", "no JSON"),
        ("{" * 5000, "no JSON"),
    ],
)
def test_rows_that_cannot_be_used(acme: World, line: str, what: str) -> None:
    file = io.BytesIO(f'{{"profile_id": "good", "is_matched": false}}\n{line}'.encode())
    report = import_profile_links(
        actor=acme.system(), links=read_legacy_links(file), provider="supabase"
    )
    assert report.outcomes == {LinkOutcome.UNMATCHED: 1, LinkOutcome.BAD: 1}
    assert report.remarks[0].row == 2
    if line != "[1]":
        assert what in report.remarks[0].what


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        copy = json.dumps(row["crm_customer_data"])
        writer.writerow({**row, "is_matched": "t", "crm_customer_data": copy})
    return text.getvalue().encode()


@pytest.mark.parametrize("write", [as_csv, lambda rows: json.dumps(rows).encode()])
def test_the_command(
    acme: World,
    people: list[Customer],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    write: Callable[[list[dict[str, Any]]], bytes],
) -> None:
    rows = [mapping(n, person) for n, person in enumerate(people)]
    rows[1]["crm_customer_data"]["name"] = "=Somebody Else"
    (tmp_path / "links").write_bytes(write(rows))
    report = tmp_path / "report.csv"
    call_command("import_profile_links", tmp_path / "links", company="acme", report=report)
    said = capsys.readouterr().out
    assert "3 of 3 profiles are linked in Acme" in said
    assert "2 of 3 copies say what the customers say now" in said
    assert "another name than the customer has now" in report.read_text(encoding="utf-8-sig")
    assert "Somebody" not in said + report.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"a,b\n1,2\n", "profile_id"), (b"[1,", "JSON list"), (b"%PDF", "PDF")],
)
def test_files_that_are_none(acme: World, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "links").write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("import_profile_links", tmp_path / "links", company="acme")
    with pytest.raises(CommandError, match="missing"):
        call_command("import_profile_links", tmp_path / "missing", company="acme")
    with pytest.raises(CommandError, match="no company"):
        call_command("import_profile_links", tmp_path / "links", company="nobody")
