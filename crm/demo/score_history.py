"""What the scores were on every day since the first order: the ledger's lines and the snapshots.

Replayed from the same orders that are loaded, so that trends and the story of a score are true.
The present metrics are not made here: the database makes them from the orders, as always.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from crm.demo.purchases import Purchase
from crm.demo.setting import Person, Setting
from crm.demo.shops import SHOPS
from crm.demo.tables import Row
from scoring.models.engagement import Band, ScoreCause
from scoring.models.order import OrderStatus, ReviewState
from scoring.models.rule_set import RuleSet

SNAPSHOT_DAYS = 365
_NIGHT = time(0, 5)
_ONCE_COUNTED = (OrderStatus.COMPLETE, OrderStatus.PARTLY_REFUNDED, OrderStatus.REFUNDED)
_NOTHING = Decimal(0)
Points = tuple[int, int, int]  # recency, frequency, monetary
Event = tuple[datetime, bool, Purchase]  # when, whether something went back, what


def rules_of(slug: str) -> RuleSet:
    """The rules by which the company scores: the standard, with limits in its own money."""
    monetary = list(SHOPS[slug].monetary)
    return RuleSet(monetary=monetary) if monetary else RuleSet()


class ScoreHistory:
    """Follows one customer after the other, and collects lines and changes of the snapshots."""

    def __init__(self, setting: Setting, *, with_lines: bool = True) -> None:
        self.setting, self.with_lines = setting, with_lines
        self.rules = rules_of(setting.slug)
        self.zone = ZoneInfo(setting.business.time_zone)
        self.today = self._day(setting.now)
        self.first_kept = self.today - SNAPSHOT_DAYS
        self.lines: list[Row] = []
        self.customers: dict[int, Counter[Points]] = defaultdict(Counter)
        self.net: dict[int, dict[Points, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self._nights: dict[int, datetime] = {}
        # The number of days from which on a customer has one point less.
        self._fades = [limit + 1 for limit in self.rules.recency_days]

    def follow(self, people: Iterable[Person], purchases: Sequence[Purchase]) -> None:
        """Replay what these people bought."""
        bought: dict[str, list[Event]] = defaultdict(list)
        for purchase in purchases:
            is_doubtful = purchase.review is ReviewState.FLAGGED
            if purchase.buyer is None or is_doubtful or purchase.status not in _ONCE_COUNTED:
                continue
            events = bought[purchase.buyer.id]
            events.append((purchase.ordered_at, False, purchase))
            if purchase.units_back:
                events.append((purchase.changed_at, True, purchase))
        for person in people:
            if person.record_state == "active":
                events = sorted(bought.get(person.id, ()), key=lambda event: event[:2])
                self._follow_one(person, events)

    def snapshot_rows(self) -> list[Row]:
        """The rows of scoring_scoresnapshot: the end of each day of the last year, up to today."""
        rows: list[Row] = []
        held: Counter[Points] = Counter()
        worth: dict[Points, Decimal] = defaultdict(Decimal)
        for day in range(self.first_kept, self.today):
            held.update(self.customers.get(day, ()))
            for points, amount in self.net.get(day, {}).items():
                worth[points] += amount
            shown = date.fromordinal(day).isoformat()
            rows += [
                (
                    self.setting.company_id,
                    shown,
                    self.band_of(self.score_of(points)),
                    *points,
                    customers,
                    worth[points],
                )
                for points, customers in sorted(held.items())
                if customers
            ]
        return rows

    def score_of(self, points: Points) -> int:
        """The points times their weights."""
        rules = self.rules
        return (
            rules.weight_recency * points[0]
            + rules.weight_frequency * points[1]
            + rules.weight_monetary * points[2]
        )

    def band_of(self, score: int) -> str:
        """How warm a score is."""
        if score >= self.rules.hot_from:
            return Band.HOT.value
        if score >= self.rules.warm_from:
            return Band.WARM.value
        return Band.COOL.value if score >= self.rules.cool_from else Band.COLD.value

    def _follow_one(self, person: Person, events: Sequence[Event]) -> None:
        points, net = (1, 1, 1), _NOTHING
        born = self._day(min(person.created_at, events[0][0]) if events else person.created_at)
        self._count(born, points, net, 1)
        orders: dict[str, tuple[int, Decimal]] = {}  # the day, and what is kept of it
        last = 0
        for place, (at, is_back, purchase) in enumerate(events):
            day = self._day(at)
            self._keep(orders, is_back, purchase)
            last = max((each[0] for each in orders.values()), default=0)
            worth = sum((each[1] for each in orders.values()), _NOTHING)
            after = (
                self._recency(day, last),
                _points(len(orders), self.rules.frequency),
                _points(worth, self.rules.monetary),
            )
            cause = ScoreCause.REFUND if is_back else ScoreCause.ORDER
            self._change(person, at, day, cause, (points, net), (after, worth))
            points, net = after, worth
            until = events[place + 1][0] if place + 1 < len(events) else self.setting.now
            points = self._fade(person, last, points, net, until)

    def _keep(
        self, orders: dict[str, tuple[int, Decimal]], is_back: bool, purchase: Purchase
    ) -> None:
        if is_back and purchase.status is OrderStatus.REFUNDED:
            del orders[purchase.id]
            return
        kept = purchase.in_own_currency(purchase.net if is_back else purchase.net_at_first)
        orders[purchase.id] = (self._day(purchase.ordered_at), kept or _NOTHING)

    def _fade(
        self, person: Person, last: int, points: Points, net: Decimal, until: datetime
    ) -> Points:
        """Let time pass until the next event: every limit of days costs a point."""
        for earned, days in zip((4, 3, 2, 1), self._fades, strict=True):
            if not last or earned >= points[0]:
                continue
            day = last + days
            at = self._night(day)
            if day > self.today or at > until:
                break
            after = (earned, points[1], points[2])
            self._change(person, at, day, ScoreCause.DECAY, (points, net), (after, net))
            points = after
        return points

    def _change(
        self,
        person: Person,
        at: datetime,
        day: int,
        cause: ScoreCause,
        before: tuple[Points, Decimal],
        after: tuple[Points, Decimal],
    ) -> None:
        self._count(day, *before, -1)
        self._count(day, *after, 1)
        if not self.with_lines or before[0] == after[0]:
            return
        old, new = self.score_of(before[0]), self.score_of(after[0])
        self.lines.append(
            (
                self.setting.company_id,
                person.id,
                at,
                cause.value,
                old,
                new,
                *after[0],
                self.band_of(old),
                self.band_of(new),
            )
        )

    def _count(self, day: int, points: Points, net: Decimal, change: int) -> None:
        day = max(day, self.first_kept)
        self.customers[day][points] += change
        if net:
            self.net[day][points] += net * change

    def _recency(self, day: int, last: int) -> int:
        if not last:
            return 1
        return _points(-(day - last), [-limit for limit in self.rules.recency_days])

    def _day(self, at: datetime) -> int:
        return at.astimezone(self.zone).toordinal()

    def _night(self, day: int) -> datetime:
        """When the night at the beginning of this day lowers scores."""
        if day not in self._nights:
            wall = datetime.combine(date.fromordinal(day), _NIGHT, tzinfo=self.zone)
            self._nights[day] = min(wall.astimezone(UTC), self.setting.now)
        return self._nights[day]


def _points(reached: int | Decimal, limits: Sequence[int | Decimal]) -> int:
    """5 points from the first limit on, then 4, 3, 2, otherwise 1."""
    for earned, limit in zip((5, 4, 3, 2), limits, strict=True):
        if reached >= limit:
            return earned
    return 1
