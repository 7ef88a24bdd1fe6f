"""Reviews of pairs, by the hundred."""

from itertools import count, islice
from uuid import UUID

from customers.models import MatchDecision
from customers.models.customer import Customer
from customers.models.duplicate import Verdict
from tests.worlds import World

_codes = count(1)


def make_reviews(
    world: World, how_many: int, *, verdict: Verdict = Verdict.SAME, bits: float = 15.0
) -> None:
    """So many pairs that a person looked at, of a few people (each pair is another one)."""
    people = 2
    while people * (people - 1) // 2 < how_many:
        people += 1
    ids = sorted(_make_people(world, people))
    pairs = ((left, right) for right in ids for left in ids if left < right)
    MatchDecision.objects.bulk_create(
        MatchDecision(
            company=world.company,
            left_id=left,
            right_id=right,
            verdict=verdict,
            decided_by="A reviewer",
            is_review=True,
            bits=bits,
        )
        for left, right in islice(pairs, how_many)
    )


def _make_people(world: World, how_many: int) -> list[UUID]:
    made = Customer.objects.bulk_create(
        Customer(company=world.company, code=f"REV-{next(_codes)}", full_name="Reviewed Person")
        for _ in range(how_many)
    )
    return [one.pk for one in made]
