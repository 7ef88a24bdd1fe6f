"""The generators: the same rows from the same seed, numbers that are real, histories that hold."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from random import Random

import phonenumbers
import pytest

from crm.demo.businesses import BUSINESSES, Business
from crm.demo.cast import CAST, NUMBERS, UNKNOWN_CALLER
from crm.demo.corruption import corrupt_name
from crm.demo.loading import shares_of
from crm.demo.phones import POOLS, as_people_type, with_typing_mistake
from crm.demo.population import chunk_rows
from crm.demo.setting import Chunk, new_id
from crm.demo.tables import COLUMNS, Rows, copy_text
from crm.identifiers.emails import parse_email
from crm.identifiers.phones import is_placeholder_digits, parse_phone
from tests.crm.demo.settings import NOW, setting_of

OPEN = ("new", "working", "pending", "qualified")
COUNTS = {"customers": 400, "leads": 300, "legacy_leads": 60}


def rows_of(slug: str, *, number: int = 0, first: int = 0) -> Rows:
    """A few hundred people of a company."""
    chunk = Chunk(number=number, first=first, first_code=1, profile_links=20, **COUNTS)
    return chunk_rows(setting_of(BUSINESSES[slug]), chunk)


def records(rows: Rows, table: str) -> list[dict]:
    """The rows of a table by column."""
    names = [name.strip() for name in COLUMNS[table].split(",")]
    return [dict(zip(names, row, strict=True)) for row in rows[table]]


@pytest.fixture(scope="module", params=list(BUSINESSES))
def company(request: pytest.FixtureRequest) -> tuple[Business, Rows]:
    """Each company in turn."""
    return BUSINESSES[request.param], rows_of(request.param)


def test_the_same_seed_gives_the_same_rows():
    assert rows_of("motors") == rows_of("motors")
    assert rows_of("motors") != rows_of("motors", number=1, first=100_000)


def test_the_companies_have_the_sizes_of_the_four_businesses():
    sizes = {slug: business.customers for slug, business in BUSINESSES.items()}
    assert (sizes["comedy"], sizes["golf"]) == (9_369, 1_915)
    assert BUSINESSES["golf"].profile_links == 250
    assert len(BUSINESSES["motors"].branches) == 3
    assert BUSINESSES["motors"].legacy_leads == 600


@pytest.mark.parametrize("region", list(POOLS))
def test_numbers_are_valid_unique_and_not_of_the_cast(region: str):
    numbers = [POOLS[region].number(index) for index in range(3_000)]
    numbers += [POOLS[region].number(index) for index in range(9_000_000, 9_002_000)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        parsed = phonenumbers.parse(number, None)
        assert phonenumbers.is_valid_number(parsed), number
        assert phonenumbers.region_code_for_number(parsed) == region
        assert not is_placeholder_digits(phonenumbers.national_significant_number(parsed))
    assert not any(
        member.startswith(prefix)
        for member in (*NUMBERS, UNKNOWN_CALLER)
        for prefix in POOLS[region].prefixes
    )


@pytest.mark.parametrize("region", list(POOLS))
def test_every_way_to_type_a_number_is_read_back(region: str):
    rng = Random(1)
    ways = set()
    for index in range(200):
        number = POOLS[region].number(index)
        typed = as_people_type(number, region, rng)
        ways.add("".join("9" if letter.isdigit() else letter for letter in typed))
        assert parse_phone(typed, regions=[region]).e164 == number
    assert len(ways) >= 6


def test_a_mistyped_number_is_another_one_of_the_same_length():
    rng = Random(2)
    for index in range(300):
        number = POOLS["AU"].number(index)
        wrong = with_typing_mistake(number, rng)
        assert len(wrong) == len(number)
        assert wrong[:4] == number[:4]


def test_a_corrupted_name_is_never_empty():
    rng = Random(3)
    for _ in range(500):
        given, family = corrupt_name("Ng", "Al", nicknames={"Ng": "N"}, rng=rng)
        assert f"{given}{family}".strip()


def test_a_contact_identifies_one_customer(company: tuple[Business, Rows]):
    _, rows = company
    contacts = records(rows, "customers_contactpoint")
    identifying = Counter((c["kind"], c["value"]) for c in contacts if not c["is_shared"])
    assert max(identifying.values()) == 1
    assert max(Counter((c["customer_id"], c["kind"], c["value"]) for c in contacts).values()) == 1
    primaries = Counter((c["customer_id"], c["kind"]) for c in contacts if c["is_primary"])
    assert max(primaries.values()) == 1


def test_families_share_numbers(company: tuple[Business, Rows]):
    _, rows = company
    holders = Counter(
        c["value"]
        for c in records(rows, "customers_contactpoint")
        if c["is_shared"] and c["kind"] == "phone"
    )
    assert sum(1 for count in holders.values() if count >= 2) >= 3


def test_emails_are_addresses_that_nobody_can_own(company: tuple[Business, Rows]):
    _, rows = company
    for contact in records(rows, "customers_contactpoint"):
        if contact["kind"] == "email":
            assert parse_email(contact["value"]).address == contact["value"]
            domain = contact["value"].partition("@")[2]
            assert domain.endswith((".example", "example.com", "example.org", "example.net"))


def test_nothing_happens_before_the_customer_or_after_now(company: tuple[Business, Rows]):
    _, rows = company
    known = {}
    for customer in records(rows, "customers_customer"):
        assert customer["created_at"] <= customer["last_activity_at"] <= NOW
        known[customer["id"]] = customer["created_at"]
    for lead in records(rows, "leads_lead"):
        born = known.get(lead["customer_id"], lead["received_at"])
        assert born <= lead["received_at"] <= lead["last_activity_at"] <= NOW
    for table in ("customers_note", "customers_stagechange", "customers_consentevent"):
        for row in records(rows, table):
            assert known[row["customer_id"]] <= row["created_at"] <= NOW


def test_stage_history_leads_to_the_stage(company: tuple[Business, Rows]):
    _, rows = company
    stages = {c["id"]: c["lifecycle_stage"] for c in records(rows, "customers_customer")}
    histories = defaultdict(list)
    for change in records(rows, "customers_stagechange"):
        histories[change["customer_id"]].append(change)
    assert len(histories) > 100
    for customer, changes in histories.items():
        assert [change["at"] for change in changes] == sorted(change["at"] for change in changes)
        assert changes[0]["old_stage"] == "prospect"
        for before, after in pairwise(changes):
            assert before["new_stage"] == after["old_stage"]
        assert changes[-1]["new_stage"] == stages[customer]


def test_leads_keep_the_rules_of_their_statuses(company: tuple[Business, Rows]):
    _, rows = company
    leads = records(rows, "leads_lead")
    assert {lead["status"] for lead in leads} == {*OPEN, "disqualified", "won", "lost"}
    for lead in leads:
        is_open = lead["status"] in OPEN
        assert (lead["closed_at"] is None) is is_open
        if lead["status"] == "pending":
            assert lead["follow_up_at"]
            assert lead["remarks"]
        if lead["status"] in ("disqualified", "lost"):
            assert lead["reason"]
        else:
            assert not lead["reason"]
    open_leads = Counter(
        (lead["customer_id"], lead["branch_id"])
        for lead in leads
        if lead["customer_id"] and lead["status"] in OPEN
    )
    assert max(open_leads.values()) == 1


def test_lead_events_tell_the_way_to_the_status(company: tuple[Business, Rows]):
    _, rows = company
    events = defaultdict(list)
    for event in records(rows, "leads_leadevent"):
        events[event["lead_id"]].append(event)
    for lead in records(rows, "leads_lead"):
        history = events[lead["id"]]
        assert [event["at"] for event in history] == sorted(event["at"] for event in history)
        assert history[0]["kind"] in ("created", "walk_in_created")
        changes = [e for e in history if e["kind"] in ("status_changed", "reopened")]
        assert len(changes) == lead["attempts"]
        assert (changes[-1]["new_status"] if changes else "new") == lead["status"]
        assert any(event["kind"] == "assigned" for event in history) is bool(lead["owner_id"])


def test_legacy_leads_have_numbers_of_every_sort():
    rows = rows_of("motors")
    contacts = records(rows, "customers_contactpoint")
    own = {c["value"] for c in contacts if c["kind"] == "phone" and not c["is_shared"]}
    shared = {c["value"] for c in contacts if c["kind"] == "phone" and c["is_shared"]}
    phones = [lead["phone"] for lead in records(rows, "leads_lead") if not lead["customer_id"]]
    assert len(phones) == 60 + 1  # and one of the cast
    assert any(phone in own for phone in phones)
    assert any(phone in shared for phone in phones)
    assert "" in phones
    typed = [lead["phone_as_typed"] for lead in records(rows, "leads_lead") if not lead["phone"]]
    assert all(len(text) >= 9 for text in typed if text and text[0].isdigit())  # no beginnings
    unknown = Counter(phone for phone in phones if phone and phone not in own | shared)
    assert max(unknown.values()) > 1


def test_follow_ups_are_due_today():
    leads = records(rows_of("motors"), "leads_lead")
    local_day = (NOW + timedelta(hours=5, minutes=30)).date()
    due = [
        lead
        for lead in leads
        if lead["follow_up_at"]
        and (lead["follow_up_at"] + timedelta(hours=5, minutes=30)).date() == local_day
    ]
    assert len(due) >= 10


def test_the_cast_is_on_stage(company: tuple[Business, Rows]):
    business, rows = company
    customers = {c["id"]: c for c in records(rows, "customers_customer")}
    held = defaultdict(set)
    for contact in records(rows, "customers_contactpoint"):
        held[contact["value"]].add(customers[contact["customer_id"]]["full_name"])
    leads = {
        (lead["full_name"], lead["branch_id"], lead["status"])
        for lead in records(rows, "leads_lead")
    }
    for member in CAST[business.slug]:
        assert (member.full_name in held[member.phone]) is member.is_customer
        for lead in member.leads:
            assert (member.full_name, business.branches[lead.branch][0], lead.status) in leads
    assert not held[UNKNOWN_CALLER]


def test_links_have_their_customer_but_one():
    links = records(rows_of("golf"), "customers_profilelink")
    assert len(links) == 20
    assert sum(1 for link in links if link["customer_id"] is None) == 1


def test_ids_carry_their_time():
    made = new_id(NOW, Random(1))
    assert int(made.replace("-", "")[:12], 16) == int(NOW.timestamp() * 1000)
    assert made[14] == "7"


@pytest.mark.parametrize("bad", ["tab\there", "line\nend", "back\\slash", "return\r"])
def test_copy_refuses_what_it_would_misread(bad: str):
    with pytest.raises(ValueError, match="misread"):
        copy_text("customers_customertag", [(1, bad, None)])


def test_the_largest_company_gets_its_half():
    counts = {"golf": 1_915, "comedy": 9_369, "grounds": 1_204, "motors": 4_030}
    wanted = shares_of(1_000_000, counts)
    assert sum(counts.values()) + sum(wanted.values()) == 1_000_000
    assert counts["motors"] + wanted["motors"] == 500_000
    assert sum(shares_of(10_000, counts).values()) == 0
    assert sum(shares_of(16_600, counts).values()) == 82
    assert shares_of(2_000, {"golf": 1_915}) == {"golf": 85}
