"""The search box, form by form."""

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Branch
from crm.roles import Role
from customers.models import Customer
from customers.selectors.search import search
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead


def found(world, text, **more):
    """The titles that the receptionist sees."""
    return [hit.title for hit in search(actor=world.actor(), text=text, **more).hits]


@pytest.mark.parametrize(
    "typed",
    [
        "0412 345 678",
        "+61 412 345 678",
        "0061 412 345 678",
        "0011 61 412 345 678",
        "61412345678",
        "412345678",
        "(0412) 345-678",
        "0412.345.678",
        "+61 (0)412 345 678",
        "345678",
        "5678",
        "678",
        "2345",
        "234",
        "0412 34",
        "+61 412 3",
        "０４１２３４５６７８",
        "٠٤١٢٣٤٥٦٧٨",
        "p:+61412345678",
    ],
)
def test_a_phone_in_any_form(acme, typed):
    make_customer(acme.actor(), name="Jane Smith", phone="0412 345 678")
    make_customer(acme.actor(), name="Somebody Else", phone="0498 111 000")
    result = search(actor=acme.actor(), text=typed)
    assert [hit.title for hit in result.hits] == ["Jane Smith"]
    assert result.form == "phone"
    assert result.hits[0].phone == "+61412345678"
    assert result.hits[0].matched_by == "phone"


@pytest.mark.parametrize(
    "typed",
    [
        "jane",
        "smi",
        "smith jane",
        "JÁNE",
        "jane-claire",
        "janeclaire",
        "claire",
        "o'brien",
        "obrien",
        "brien",
        "O’Brien",
        "jane obr smi",
        "jnae",
        "smoth",
        "jan smitth",
        "jane@old",
        "jane.smith@oldmail.example",
        "oldmail",
        "@oldmail.example",
        "cus-{number}",
        "CUS {number}",
        "CUS{short}",
        "jane 0412",
        "0412 345 jane",
    ],
)
def test_names_emails_and_codes(acme, typed):
    jane = make_customer(
        acme.actor(),
        name="Jane-Claire O'Brien Smith",
        phone="0412 345 678",
        email="jane.smith@oldmail.example",
    )
    if typed == "jane@old":
        typed = "jane.smith@old"
    make_customer(acme.actor(), name="Ravi Mehta", email="ravi@new.example")
    number = jane.code.removeprefix("CUS-")
    text = typed.format(number=number, short=number.lstrip("0"))
    assert found(acme, text) == ["Jane-Claire O'Brien Smith"]


def test_the_parts_of_a_hit(acme):
    person = make_customer(
        acme.actor(),
        name="Jane Smith",
        phone="0412 345 678",
        email="jane@mail.example",
        city="Perth",
    )
    make_lead(acme.actor(Role.MANAGER), branch=acme.south, customer=person)
    [hit] = search(actor=acme.actor(), text="345678").hits
    assert (hit.kind, hit.id, hit.code, hit.city) == ("customer", person.pk, person.code, "Perth")
    assert (hit.phone, hit.email, hit.matched) == (
        "+61412345678",
        "jane@mail.example",
        "+61412345678",
    )
    assert [(lead.branch, lead.status) for lead in hit.open_leads] == [("South", "new")]
    assert search(actor=acme.actor(), text="jane@mail").hits[0].matched == "jane@mail.example"
    assert search(actor=acme.actor(), text=person.code).hits[0].matched == person.code
    assert search(actor=acme.actor(), text="jane").hits[0].matched == ""


def test_leads_without_a_customer_are_found_by_phone_name_and_email(acme):
    lead = make_legacy_lead(
        acme.south, phone="+61499888777", name="Zsófia Legacy", email="zso@old.example"
    )
    for typed in ("0499 888 777", "8777", "zsofia", "zsofai", "zso@old", "legacy 0499"):
        [hit] = search(actor=acme.actor(), text=typed).hits
        assert (hit.kind, hit.id, hit.title) == ("lead", lead.pk, "Zsófia Legacy")
        assert (hit.phone, hit.branch, hit.status) == ("+61499888777", "South", "new")
        assert hit.may_open
    assert not search(actor=acme.actor(Role.RELATIONSHIP_MANAGER), text="zsofia").hits[0].may_open


def test_a_phone_that_could_not_be_read_is_found_as_it_was_typed(acme):
    make_legacy_lead(acme.north, typed="ask for Bo, 99 8877", name="Bo")
    assert found(acme, "998877") == ["Bo"]


def test_holders_of_a_shared_number_are_a_chooser_newest_first(acme):
    names = ["First Holder", "Second Holder", "Third Holder"]
    for name in names:
        make_customer(acme.actor(), name=name, phone="03 9999 1234", share=True)
    Customer.objects.filter(full_name="First Holder").update(last_activity_at=timezone.now())
    result = search(actor=acme.actor(), text="(03) 9999-1234")
    assert result.is_shared
    assert result.people_sharing == 3
    assert not result.offers_new
    assert all(hit.is_shared for hit in result.hits)
    assert [hit.title for hit in result.hits] == ["First Holder", "Third Holder", "Second Holder"]


def test_the_whole_number_comes_before_one_that_only_ends_so(acme):
    make_customer(acme.actor(), name="Ends So", phone="+1 212 345 5678")
    make_customer(acme.actor(), name="Holds It", phone="+61 456 781 234")
    assert found(acme, "5678") == ["Ends So", "Holds It"]


def test_an_unknown_complete_number_offers_a_new_customer(acme):
    make_customer(acme.actor(), phone="0412 345 678")
    result = search(actor=acme.actor(), text=" 0412 345 679 ")
    assert (result.hits, result.form, result.offers_new) == ([], "phone", True)
    assert (result.phone_e164, result.phone_as_typed) == ("+61412345679", "0412 345 679")
    assert not search(actor=acme.actor(), text="0412 345 678").offers_new
    assert not search(actor=acme.actor(), text="0412 34").offers_new


def test_the_branch_decides_how_a_national_number_is_read(acme):
    make_customer(acme.actor(), name="Thai Caller", phone="+66 81 234 5678")
    Branch.objects.filter(pk=acme.north.pk).update(region="TH")
    acme.staff[Role.RECEPTIONIST].branch.region = "TH"
    result = search(actor=acme.actor(), text="081 234 5678")
    assert result.phone_e164 == "+66812345678"
    assert [hit.title for hit in result.hits] == ["Thai Caller"]


def test_an_unknown_name_offers_a_new_customer(acme):
    make_customer(acme.actor(), name="Jane Smith")
    assert search(actor=acme.actor(), text="Wolfgang").offers_new
    assert not search(actor=acme.actor(), text="Jane").offers_new
    corrected = search(actor=acme.actor(), text="Jame")
    assert corrected.is_corrected
    assert corrected.offers_new


@pytest.mark.parametrize("typed", ["", " ", "1", "12", "+", "a", "9 a", "!?", "—", "@", "@@"])
def test_too_little_asks_for_more(acme, typed):
    make_customer(acme.actor(), name="Anna Adams", phone="0412 345 678")
    result = search(actor=acme.actor(), text=typed)
    assert (result.form, result.hits, result.offers_new) == ("nothing", [], False)


@pytest.mark.parametrize(
    "typed",
    ["\x00", "jane\x00", "\ud800jane", "'; DROP TABLE x", "jane & !", "%", "\\ '' \\'", "a'b:*",
     "ﷺ" * 200, "x" * 5000, "9" * 5000, "a " * 500, "@" * 300, "jane@" + "x" * 3000, "(((((",
     "CUS-" + "9" * 12, "CUS-" + "9" * 300, "٣٣٣", "<b>jane</b>", "jane:* | smith", "🙂🙂"],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_it(acme, typed):
    search(actor=acme.actor(), text=typed)


@given(st.text(max_size=60))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_breaks_it(acme, text):
    search(actor=acme.actor(), text=text)


def test_deleted_and_merged_vanish_and_come_back(acme):
    person = make_customer(acme.actor(), name="Jane Smith", phone="0412 345 678")
    other = make_customer(acme.actor(), name="Other Person")
    own = Customer.objects.filter(pk=person.pk)
    for state in (
        {"record_state": "deleted", "deleted_at": timezone.now()},
        {"record_state": "merged", "deleted_at": None, "merged_into": other},
    ):
        own.update(**state)
        assert found(acme, "jane") == found(acme, "0412345678") == []
    own.update(record_state="active", merged_into=None)
    assert found(acme, "jane") == found(acme, "0412345678") == ["Jane Smith"]


def test_another_company_never(acme, globex):
    with globex.inside():
        stranger = make_customer(
            globex.actor(), name="Jane Smith", phone="+61412345678", email="jane@mail.example"
        )
        make_legacy_lead(globex.north, phone="+61499888777", name="Zsófia Legacy")
        assert found(globex, "+61412345678") == ["Jane Smith"]
    for typed in ("0412345678", "678", "jane", "jnae", "jane@mail.example", stranger.code, "8777"):
        assert found(acme, typed) == []
        with globex.inside():
            assert found(globex, typed) != []


def test_a_misspelt_name_is_not_corrected_to_a_word_of_another_company(acme, globex):
    with globex.inside():
        make_customer(globex.actor(), name="Bartholomew Quill")
    make_customer(acme.actor(), name="Jane Smith")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_searchword WHERE word = 'bartholomew'")
        assert cursor.fetchone() == (0,)
    assert found(acme, "bartholomev") == []


@pytest.mark.parametrize("typed", ["0412 345 678", "jane", "678"])
def test_the_number_of_queries_does_not_grow(acme, typed, django_assert_num_queries):
    make_customer(acme.actor(), name="Jane Smith", phone="0412 345 678")
    actor = acme.actor()
    with django_assert_num_queries(4):
        assert len(search(actor=actor, text=typed).hits) == 1
    for number in range(5):
        make_customer(acme.actor(), name=f"Jane Number{number}", phone="0412 345 678", share=True)
    with django_assert_num_queries(4):
        assert len(search(actor=actor, text=typed).hits) == 6


def test_the_code_of_a_merged_record_leads_to_the_survivor(acme):
    first = make_customer(acme.actor(), name="Jane Smith")
    second = make_customer(acme.actor(), name="Jane A. Smith")
    survivor = make_customer(acme.actor(), name="Jane Abigail Smith")
    for merged, into in ((first, second), (second, survivor)):
        Customer.objects.filter(pk=merged.pk).update(record_state="merged", merged_into=into)
    for typed in (first.code, first.code.lower(), first.code.removeprefix("CUS-"), second.code):
        (hit,) = search(actor=acme.actor(), text=typed).hits
        assert (hit.id, hit.title, hit.code) == (survivor.pk, survivor.full_name, survivor.code)
    assert hit.former_code == hit.matched == second.code
    (own,) = search(actor=acme.actor(), text=survivor.code).hits
    assert own.former_code == ""


def test_the_hash_that_another_system_keeps_leads_to_the_survivor(acme, globex):
    merged = make_customer(acme.actor(), name="Jane Smith")
    survivor = make_customer(acme.actor(), name="Jane Abigail Smith")
    Customer.objects.filter(pk=merged.pk).update(record_state="merged", merged_into=survivor)
    for typed in (survivor.stable_hash_id, merged.stable_hash_id.upper()):
        assert found(acme, typed) == ["Jane Abigail Smith"]
        assert found(acme, typed[:-1]) == []
        with globex.inside():
            assert found(globex, typed) == []


def test_a_deleted_survivor_is_not_found_by_old_codes(acme):
    merged, survivor = make_customer(acme.actor()), make_customer(acme.actor())
    Customer.objects.filter(pk=merged.pk).update(record_state="merged", merged_into=survivor)
    Customer.objects.filter(pk=survivor.pk).update(
        record_state="deleted", deleted_at=timezone.now()
    )
    assert found(acme, merged.code) == found(acme, survivor.code) == []


def test_old_codes_of_another_company_say_nothing(acme, globex):
    with globex.inside():
        merged = make_customer(globex.actor(), name="Hidden Person")
        survivor = make_customer(globex.actor(), name="Hidden Survivor")
        Customer.objects.filter(pk=merged.pk).update(
            record_state="merged", merged_into=survivor, code="CUS-987654"
        )
        assert found(globex, "CUS-987654") == ["Hidden Survivor"]
    assert found(acme, "CUS-987654") == []
