"""The search functions in SQL, form by form, in the company that holds half of the customers.

As role crm_app with row-level security on. Each input is measured several times and counts with
its fastest time: what others do on the machine is left out, a slow input is not. The percentiles
are over the inputs, so p99 is the worst of a hundred different questions.
"""

import os
import random
from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any

import psycopg

from benchmarks.measure import Report, Timing, timing_of
from crm.identifiers.search_forms import candidate_digits
from customers.selectors.search_text import code_of

INPUTS = 300  # a form
ROUNDS = 4
LIMIT = 20
LETTERS = "abcdefghijklmnopqrstuvwxyz"

BY_PHONE = "SELECT * FROM search_phones(%s, %s)"
BY_WORDS = "SELECT * FROM search_people(%s, %s, %s, %s)"
BY_CODE = "SELECT id FROM customers_customer WHERE code = %s AND record_state = 'active'"
LARGEST = """
SELECT company_id, region.default_region
  FROM (SELECT company_id FROM customers_customer GROUP BY company_id
         ORDER BY count(*) DESC LIMIT 1) largest
  JOIN crm_company region ON region.id = largest.company_id
"""
# Spread over the whole company: newest and oldest, in no order.
PEOPLE = """
SELECT customer.full_name, customer.code,
       (SELECT substr(value, 2) FROM customers_contactpoint
         WHERE customer_id = customer.id AND kind = 'phone' ORDER BY value LIMIT 1),
       (SELECT value FROM customers_contactpoint
         WHERE customer_id = customer.id AND kind = 'email' ORDER BY value LIMIT 1)
  FROM customers_customer customer TABLESAMPLE BERNOULLI (1) REPEATABLE (7)
 WHERE customer.company_id = %s AND customer.record_state = 'active'
"""


def run(report: Report) -> None:
    """Measure every form."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        company, region = owner.execute(LARGEST).fetchone() or (0, "")
        people = owner.execute(PEOPLE, [company]).fetchall()
    chance = random.Random(7)
    chance.shuffle(people)
    people = [person for person in people if person[2] and len(person[0].split()) > 1]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as app:
        app.execute("SELECT set_config('crm.company_id', %s, false)", [str(company)])
        for name, statement, inputs in _forms(chance, people[:INPUTS], region):
            report(name, _fastest(app, statement, inputs).text())


def _fastest(app: psycopg.Connection, statement: str, inputs: Sequence[Sequence[Any]]) -> Timing:
    best = [0] * len(inputs)
    for round_number in range(ROUNDS):
        for place, values in enumerate(inputs):
            began = perf_counter_ns()
            app.execute(statement, values, prepare=True).fetchall()
            taken = perf_counter_ns() - began
            best[place] = min(best[place], taken) if round_number else taken
    return timing_of(best)


def _forms(
    chance: random.Random, people: Sequence[tuple[str, str, str, str | None]], region: str
) -> list[tuple[str, str, list[list[Any]]]]:
    phones = [person[2] for person in people]
    names = [person[0] for person in people]
    emails = [person[3] for person in people if person[3]]

    def by_phone(typed_of: Callable[[str], str]) -> list[list[Any]]:
        typed = [typed_of(phone) for phone in phones]
        return [[candidate_digits(text, regions=[region]), LIMIT] for text in typed]

    def by_words(typed_of: Callable[[str], str]) -> list[list[Any]]:
        return [[typed_of(name), [], [], LIMIT] for name in names]

    def middle(phone: str, length: int) -> str:
        start = chance.randint(1, len(phone) - length - 1)
        return phone[start : start + length]

    def some_words(name: str) -> str:
        return " ".join(chance.sample(name.split(), 2))

    return [
        ("`SELECT 1`", "SELECT 1 WHERE %s", [[True]] * INPUTS),
        ("Phone, complete, with +", BY_PHONE, by_phone(lambda phone: f"+{phone}")),
        ("Phone, national form", BY_PHONE, by_phone(lambda phone: f"0{phone[-10:].lstrip('0')}")),
        ("Phone, nobody's", BY_PHONE,
         by_phone(lambda phone: f"+{phone[:-6]}00{chance.randrange(10_000):04d}")),
        ("Last 6 digits", BY_PHONE, by_phone(lambda phone: phone[-6:])),
        ("Last 4 digits", BY_PHONE, by_phone(lambda phone: phone[-4:])),
        ("8 digits in the middle", BY_PHONE, by_phone(lambda phone: middle(phone, 8))),
        ("6 digits in the middle", BY_PHONE, by_phone(lambda phone: middle(phone, 6))),
        ("4 digits in the middle", BY_PHONE, by_phone(lambda phone: middle(phone, 4))),
        ("3 digits in the middle", BY_PHONE, by_phone(lambda phone: middle(phone, 3))),
        ("Any 3 digits", BY_PHONE, [[[f"{n:03d}"], LIMIT] for n in range(0, 1000, 3)]),
        ("Whole name", BY_WORDS, by_words(lambda name: name)),
        ("Two words, any order", BY_WORDS, by_words(some_words)),
        ("One word", BY_WORDS, by_words(lambda name: chance.choice(name.split()))),
        ("First 3 letters", BY_WORDS, by_words(lambda name: name[:3])),
        ("First 2 letters", BY_WORDS, by_words(lambda name: name[:2])),
        ("Whole name with a typing error", BY_WORDS, by_words(lambda name: misspelt(chance, name))),
        ("One word with a typing error", BY_WORDS,
         by_words(lambda name: misspelt(chance, max(name.split(), key=len)))),
        ("Nobody's name", BY_WORDS, by_words(lambda name: f"{name[:3][::-1]}qx {name[-4:]}xq")),
        ("Name and 4 digits", BY_WORDS,
         [[name.split()[0], [], candidate_digits(phone[-4:], regions=[region]), LIMIT]
          for name, phone in zip(names, phones, strict=True)]),
        ("E-mail", BY_WORDS, [["", [email], [], LIMIT] for email in emails]),
        ("Beginning of an e-mail", BY_WORDS,
         [["", [email[: email.index("@") + 2]], [], LIMIT] for email in emails]),
        ("Code", BY_CODE, [[code_of(person[1].removeprefix("CUS-"))] for person in people]),
    ]  # fmt: skip


def misspelt(chance: random.Random, text: str) -> str:
    """The text with one letter left out, changed, added or swapped with its neighbour."""
    place = chance.randrange(1, max(2, len(text) - 1))
    letter = chance.choice(LETTERS)
    return chance.choice(
        [
            text[:place] + text[place + 1 :],
            text[:place] + letter + text[place + 1 :],
            text[:place] + letter + text[place:],
            text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
        ]
    )
