"""Who buys, and when: most once, some again, a few all the time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from crm.demo.people import pick
from crm.demo.setting import Person, Setting

Visits = list[tuple[Person, list[datetime]]]

_NEW_BUYER = 0.58  # of further orders, those of people who had bought once until then
_CAST_ORDERS = 6
_CHURNED_AFTER = timedelta(days=500)


def plan_visits(
    setting: Setting,
    people: Sequence[Person],
    cast: Sequence[Person],
    how_many: int,
    rng: Random,
) -> Visits:
    """So many moments of buying, at least one a buyer; marks what the buyers have become."""
    regulars = list(cast)[: how_many // _CAST_ORDERS]
    left = how_many - _CAST_ORDERS * len(regulars)
    others = list(people) if left >= len(people) else rng.sample(list(people), left)
    counts = _counts(len(others), left, rng)
    shop_makes_customers = left >= len(people)
    visits: Visits = []
    for person, count in zip(others, counts, strict=True):
        times = _times(setting, person, count, rng, at_once=shop_makes_customers)
        _become(setting, person, times, rng, is_made_by_order=shop_makes_customers)
        visits.append((person, times))
    for person in regulars:
        times = [
            setting.in_opening_hours(setting.now - timedelta(days=9 + 41 * place))
            for place in reversed(range(_CAST_ORDERS))
        ]
        person.created_at = min(person.created_at, times[0])
        visits.append((person, times))
    return visits


def _counts(buyers: int, visits: int, rng: Random) -> list[int]:
    """How often each comes: who came again comes again more easily."""
    counts = [1] * buyers
    regulars: list[int] = []
    for _ in range(visits - buyers if buyers else 0):
        is_new = not regulars or rng.random() < _NEW_BUYER
        place = int(buyers * rng.random()) if is_new else pick(regulars, rng)
        counts[place] += 1
        if counts[place] == 2:
            regulars.append(place)
    return counts


def _times(
    setting: Setting, person: Person, count: int, rng: Random, *, at_once: bool
) -> list[datetime]:
    """When they bought; where orders make customers, the first is what made this one."""
    known = (setting.now - person.created_at).total_seconds()
    ago = [known * rng.random() ** 0.55 for _ in range(count - at_once)]
    times = [
        max(person.created_at, setting.in_opening_hours(setting.now - timedelta(seconds=int(s))))
        for s in sorted(ago, reverse=True)
    ]
    if at_once:
        times.insert(0, person.created_at - timedelta(seconds=int(900 * rng.random())))
    return times


def _become(
    setting: Setting,
    person: Person,
    times: Sequence[datetime],
    rng: Random,
    *,
    is_made_by_order: bool,
) -> None:
    first, last = max(times[0], person.created_at), max(times[-1], person.created_at)
    person.stage, person.stage_changed_at = "customer", first
    if setting.now - last > _CHURNED_AFTER and rng.random() < 0.3:
        person.stage, person.stage_changed_at = "churned", last + timedelta(days=400)
    if is_made_by_order:
        person.last_activity_at = last
        if rng.random() < 0.9:
            person.origin = "order"
    else:
        person.last_activity_at = max(last, person.last_activity_at)
