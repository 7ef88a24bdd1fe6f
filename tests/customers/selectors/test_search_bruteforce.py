"""The search against one that reads every row in Python, over a crowd of thousands."""

import random
import re
import unicodedata

import pytest
from django.db import connection

from crm.identifiers.search_forms import candidate_digits
from customers.models import ContactPoint, Customer
from customers.selectors.search import search
from customers.selectors.search_matches import AFTER_PHONES
from tests.customers.search_crowd import commit_crowd, forget_crowd
from tests.worlds import load_world

COUNT = 3000
CHANCE = random.Random(20)
FORMS = ("0{0}{1}{2}", "0{0} {1} {2}", "+61 {0} {1} {2}", "0061 {0} {1} {2}", "61{0}{1}{2}",
         "({0}) {1}-{2}", "{0}.{1}.{2}", "{1} {2}", "{2}")  # fmt: skip


@pytest.fixture(scope="module")
def acme_with_crowd(django_db_setup, django_db_blocker):
    """One crowd for all tests here: they only read."""
    with django_db_blocker.unblock():
        acme = load_world("acme")
        commit_crowd(acme, COUNT)
        yield acme
        forget_crowd()


@pytest.fixture
def crowd(acme_with_crowd):
    """The world, its customers by id, and the digits of each."""
    with acme_with_crowd.inside():
        digits = {}
        phones = ContactPoint.objects.filter(kind="phone")
        for customer_id, value in phones.values_list("customer_id", "value"):
            digits.setdefault(customer_id, []).append(value[1:])
        yield acme_with_crowd, {person.pk: person for person in Customer.objects.all()}, digits


def ids(world, text, limit=20):
    return [hit.id for hit in search(actor=world.actor(), text=text, limit=limit).hits]


def expected_phones(typed, people, digits, limit):
    """Every phone looked at, ranked as the design says."""
    candidates = candidate_digits(typed, regions=["AU"])
    whole = any(
        value == candidate and len(value) >= 7
        for values in digits.values()
        for value in values
        for candidate in candidates
    )
    ranked = []
    for customer_id, values in digits.items():
        ranks = [
            (1 if value == candidate else 2 if value.endswith(candidate) else 3, place)
            for value in values
            for place, candidate in enumerate(candidates)
            if candidate in value
        ]
        if ranks:
            tier, place = min(ranks)
            if tier < 3 or not whole:
                newest = people[customer_id].last_activity_at
                ranked.append((tier, place, -newest.date().toordinal(), customer_id))
    ranked.sort()
    return ranked[:limit], len(ranked)


def test_phones_in_every_form_and_any_digits_in_the_middle(crowd):
    world, people, digits = crowd
    sample = CHANCE.sample(sorted(digits), 40)
    wanted = []
    for customer_id in sample:
        national = digits[customer_id][0][2:]
        wanted.append(CHANCE.choice(FORMS).format(national[:3], national[3:6], national[6:]))
        length = CHANCE.randint(3, 7)
        start = CHANCE.randint(0, 11 - length)
        wanted.append(digits[customer_id][0][start : start + length])
    wanted += [f"{number:03d}" for number in range(0, 1000, 37)]
    for typed in wanted:
        expected, total = expected_phones(typed, people, digits, 20)
        found = search(actor=world.actor(), text=typed).hits
        # The digits may be somebody's code as well; that stands behind the phones.
        found = [hit for hit in found if hit.tier < AFTER_PHONES]
        # Customers of one day may stand in any order at the cut.
        keys = [(rank[0], rank[2]) for rank in expected]
        got = [(hit.tier, -hit.last_activity_at.date().toordinal()) for hit in found]
        assert got == keys, typed
        if total <= 20:
            assert {hit.id for hit in found} == {rank[3] for rank in expected}, typed


def folded(name):
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O")).lower()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    joined = letters.replace("'", "").replace("-", "")
    return set(re.split(r"[^a-z0-9]+", f"{letters} {joined}"))


def test_names_by_the_beginnings_of_their_words_in_any_order(crowd):
    world, people, _ = crowd
    names = {pk: folded(person.full_name) for pk, person in people.items()}
    for person in CHANCE.sample(list(people.values()), 60):
        words = [re.sub(r"[’'-]", "", word) for word in person.full_name.split()]
        CHANCE.shuffle(words)
        typed = " ".join(word[: CHANCE.randint(2, 9)] for word in words[: CHANCE.randint(2, 3)])
        beginnings = [max(folded(word)) for word in typed.split()]
        expected = {
            pk
            for pk, own in names.items()
            if all(any(word.startswith(b) for word in own) for b in beginnings)
        }
        found = ids(world, typed, limit=20)
        assert person.pk in found or len(expected) > 20, typed
        if len(expected) <= 20:
            exact = [hit for hit in search(actor=world.actor(), text=typed).hits if hit.tier < 3]
            assert {hit.id for hit in exact} == expected, typed


def misspelt(word):
    place = CHANCE.randrange(len(word))
    letter = CHANCE.choice("abcdefghijklmnopqrstuvwxyz")
    kind = CHANCE.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + letter + word[place + 1 :]
    if kind == 2:
        return word[:place] + letter + word[place:]
    place = CHANCE.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def test_one_typing_error_is_forgiven(crowd):
    world, people, _ = crowd
    found = tried = 0
    for person in CHANCE.sample(list(people.values()), 120):
        words = person.full_name.replace("'", "").replace("-", "").lower().split()
        wrong = CHANCE.randrange(3)
        words[wrong] = misspelt(words[wrong])
        same = {p.pk for p in people.values() if p.full_name == person.full_name}
        tried += 1
        found += bool(same & set(ids(world, " ".join(words))))
    assert found / tried >= 0.95


def test_every_email_by_its_beginning_and_its_parts(crowd):
    world, people, _ = crowd
    points = list(ContactPoint.objects.filter(kind="email"))
    for point in CHANCE.sample(points, 20):
        local, _, domain = point.value.partition("@")
        assert ids(world, point.value) == [point.customer_id]
        assert ids(world, f"{local}@{domain[:2]}".upper()) == [point.customer_id]
        assert ids(world, local) == [point.customer_id]
        assert ids(world, people[point.customer_id].code) == [point.customer_id]


def test_no_company_nothing_found(crowd):
    world, _, digits = crowd
    some = next(iter(digits.values()))[0]
    with connection.cursor() as cursor:
        for company, count in ((str(world.company.pk), 1), ("", 0)):
            cursor.execute("SELECT set_config('crm.company_id', %s, true)", [company])
            cursor.execute("SELECT count(*) FROM search_phones(%s, 20)", [[some]])
            assert cursor.fetchone() == (count,)
        cursor.execute("SELECT count(*) FROM search_people('jane', '{}', '{}', 20)")
        assert cursor.fetchone() == (0,)
