"""Orders: what was bought, and what became of it afterwards."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from zoneinfo import ZoneInfo

from crm.demo.buyers import plan_visits
from crm.demo.people import draw_name, pick
from crm.demo.setting import Chunk, Person, Setting, new_id
from crm.demo.shops import SHOPS, Ware
from scoring.models.order import COUNTED_STATUSES, LinkMethod, OrderStatus, ReviewState
from scoring.orders.flags import reasons_to_review

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
# Of a thousand orders, so many went wrong in this way (one at least), or have no customer.
_WRONG = {"refunded": 14, "cancelled": 8, "flagged": 0.9, "unlinked": 3.3}
_WORTH_MISTAKES = 20  # fewer orders than this are all fine
_PARTLY, _FOREIGN, _RATELESS, _DISCOUNTED, _GROUP = 0.02, 0.003, 0.0003, 0.06, 0.02
_UNITS = (1, 1, 2, 2, 2, 2, 2, 2, 3, 4)
_FEES = {"humanitix": Decimal("2.20"), "eventbrite": Decimal("3.10")}
_TENTH_OFF = Decimal("0.9")
_FLAGGED = ("absurd", "negative", "refund", "status", "currency")


@dataclass(slots=True)
class Purchase:
    """An order to be. Money is in `currency`; `rate` gives the company's own, None is unknown."""

    platform: str
    buyer: Person | None
    link_method: LinkMethod
    ordered_at: datetime
    changed_at: datetime
    ware: Ware
    units: int
    unit_price: Decimal
    unit_fee: Decimal
    currency: str
    rate: Decimal | None
    gross: Decimal
    net: Decimal
    net_at_first: Decimal
    event_at: datetime | None = None
    discount_code: str = ""
    status: OrderStatus = OrderStatus.COMPLETE
    units_back: int = 0
    refunded: Decimal = NOTHING
    review: ReviewState = ReviewState.FINE
    reasons: tuple[str, ...] = ()
    name: str = ""
    id: str = ""
    number: int = 0

    @property
    def is_counted(self) -> bool:
        """Whether it counts today."""
        return self.status in COUNTED_STATUSES and self.review is not ReviewState.FLAGGED

    def in_own_currency(self, amount: Decimal) -> Decimal | None:
        """An amount of it in the company's currency; None where no rate is known."""
        if self.rate is None:
            return None
        return (amount * self.rate).quantize(CENT, ROUND_HALF_UP)


def make_purchases(
    setting: Setting, chunk: Chunk, people: list[Person], cast: list[Person]
) -> list[Purchase]:
    """The chunk's orders by time, `chunk.orders` of them; every buyer has one that counts.

    Where there are more orders than people, everybody buys; otherwise some do. The cast of the
    dealer buys nothing: some of them are there because they have no history.
    """
    if not chunk.orders:
        return []
    rng = setting.rng(f"{chunk.number}/orders")
    till = _Till(setting, chunk, rng)
    live = [person for person in people if person.record_state == "active"]
    strangers = [person for person in live if person not in cast] if cast else live
    wrong = _how_many_wrong(chunk.orders)
    visits = plan_visits(
        setting,
        strangers,
        [] if setting.slug == "motors" else cast,
        chunk.orders - sum(wrong.values()),
        rng,
    )
    made = [
        till.sell(person, at, place == 0) for person, ts in visits for place, at in enumerate(ts)
    ]
    for kind, how_many in wrong.items():
        for place in range(how_many):
            person, times = pick(visits, rng)
            made.append(till.fail(kind, place, person, times[0]))
    made.sort(key=lambda purchase: purchase.ordered_at)
    for place, purchase in enumerate(made):
        purchase.id = new_id(purchase.ordered_at, rng)
        purchase.number = chunk.first * 2 + place
    return made


def _how_many_wrong(orders: int) -> dict[str, int]:
    if orders < _WORTH_MISTAKES:
        return {}
    return {kind: max(1, round(orders * share / 1000)) for kind, share in _WRONG.items()}


class _Till:
    """Rings up one order after the other."""

    def __init__(self, setting: Setting, chunk: Chunk, rng: Random) -> None:
        self.setting, self.rng, self.shop = setting, rng, SHOPS[setting.slug]
        self.zone = ZoneInfo(setting.business.time_zone)
        self.currency = setting.business.currency
        self.rates = {year: Decimal(rate) for year, rate in self.shop.rates}
        # Exactly the platforms' shares of all orders, in any order.
        self.platforms: list[str] = []
        for name, share in self.shop.platforms[:-1]:
            self.platforms += [name] * round(chunk.orders * share)
        last = self.shop.platforms[-1][0]
        self.platforms += [last] * (chunk.orders - len(self.platforms))
        rng.shuffle(self.platforms)

    def sell(self, person: Person, at: datetime, is_first: bool) -> Purchase:
        """An order that stands, perhaps without one of its tickets."""
        purchase = self._ring_up(person, at)
        purchase.link_method = _link_method(person, is_first)
        chance = self.rng.random()
        if chance < _PARTLY and purchase.units > 1 and self._give_back(purchase, 1):
            purchase.status = OrderStatus.PARTLY_REFUNDED
        return purchase

    def fail(self, kind: str, place: int, person: Person, first: datetime) -> Purchase:
        """An order that does not count, or counts for nobody."""
        known = (self.setting.now - first).total_seconds()
        at = first + timedelta(seconds=int(known * self.rng.random()))
        purchase = self._ring_up(person, max(first, self.setting.in_opening_hours(at)))
        purchase.link_method = _link_method(person, False)
        if kind == "refunded" and self._give_back(purchase, purchase.units):
            purchase.status = OrderStatus.REFUNDED
        elif kind in ("refunded", "cancelled"):
            purchase.status = OrderStatus.CANCELLED
        elif kind == "unlinked":
            purchase.buyer, purchase.link_method = None, LinkMethod.NO_IDENTITY
            given, family, _ = draw_name(self.setting.business, self.rng)
            purchase.name = f"{given} {family}" if place % 3 else ""
        else:
            self._make_doubtful(purchase, _FLAGGED[place % len(_FLAGGED)])
        return purchase

    def _ring_up(self, person: Person, at: datetime) -> Purchase:
        rng, shop = self.rng, self.shop
        ware = shop.wares[int(len(shop.wares) * rng.random() ** 1.3)]
        units = min(pick(_UNITS, rng), shop.most_units)
        if shop.most_units > 4 and rng.random() < _GROUP:
            units = 5 + int((shop.most_units - 4) * rng.random())
        price, code = Decimal(ware.price).quantize(CENT), ""
        if shop.codes and rng.random() < _DISCOUNTED:
            price, code = (price * _TENTH_OFF).quantize(CENT), pick(shop.codes, rng)
        currency, rate = self._currency(at)
        platform = self.platforms.pop()
        fee = _FEES.get(platform, NOTHING)
        net = price * units
        return Purchase(
            platform=platform,
            buyer=person,
            link_method=LinkMethod.EMAIL,
            ordered_at=at,
            changed_at=at,
            ware=ware,
            units=units,
            unit_price=price,
            unit_fee=fee,
            currency=currency,
            rate=rate,
            gross=net + fee * units,
            net=net,
            net_at_first=net,
            event_at=self._event_at(ware, at),
            discount_code=code,
            name=person.full_name,
        )

    def _currency(self, at: datetime) -> tuple[str, Decimal | None]:
        chance = self.rng.random()
        if self.shop.rateless_currency and chance < _RATELESS:
            return self.shop.rateless_currency, None
        if self.rates and chance < _FOREIGN:
            year = at.astimezone(self.zone).year
            known = [first for first in self.rates if first <= year]
            return self.shop.foreign_currency, self.rates[max(known)] if known else None
        return self.currency, Decimal(1)

    def _event_at(self, ware: Ware, at: datetime) -> datetime | None:
        if ware.weekday is None:
            return None
        day = at.astimezone(self.zone).date() + timedelta(days=1 + int(40 * self.rng.random() ** 2))
        day += timedelta(days=(ware.weekday - day.weekday()) % 7)
        return datetime.combine(day, time(ware.hour), tzinfo=self.zone).astimezone(UTC)

    def _give_back(self, purchase: Purchase, units: int) -> bool:
        """Refund so many units some days later; False where that would be in the future."""
        at = purchase.ordered_at + timedelta(hours=5 + int(24 * 9 * self.rng.random()))
        if at > self.setting.now - timedelta(minutes=5):
            return False
        purchase.changed_at, purchase.units_back = at, units
        purchase.refunded = (purchase.unit_price + purchase.unit_fee) * units
        purchase.net -= purchase.unit_price * units
        return True

    def _make_doubtful(self, purchase: Purchase, how: str) -> None:
        if how == "absurd":  # a lost decimal point
            purchase.gross, purchase.net = Decimal("450000.00"), Decimal("450000.00")
        elif how == "negative":
            purchase.gross, purchase.net = -purchase.gross, -purchase.net
        elif how == "refund":
            purchase.refunded = purchase.gross * 2
            purchase.net = purchase.gross - purchase.refunded
        elif how == "status":
            purchase.status = OrderStatus.UNKNOWN
        else:
            purchase.currency, purchase.rate = "AUS", None
        purchase.review = ReviewState.FLAGGED
        purchase.reasons = tuple(
            reasons_to_review(
                status=purchase.status,
                currency=purchase.currency,
                gross=purchase.gross,
                refunded=purchase.refunded,
                net=purchase.net,
                scored_gross=purchase.in_own_currency(purchase.gross),
                ordered_at=purchase.ordered_at,
                now=self.setting.now,
            )
        )


def _link_method(person: Person, is_first: bool) -> LinkMethod:
    """How the buyer was found: by what only they have."""
    if is_first and person.origin == "order":
        return LinkMethod.CREATED
    own = {contact.kind for contact in person.contacts if not contact.is_shared}
    if "email" in own:
        return LinkMethod.EMAIL
    return LinkMethod.PHONE if "phone" in own else LinkMethod.HAND
