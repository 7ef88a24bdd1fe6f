"""What each company sells: on which platforms, for which occasions, at which prices."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Ware:
    """Something on sale; a show has a weekday (Monday is 0) and an hour, other things have none."""

    name: str
    price: int
    venue: str = ""
    weekday: int | None = None
    hour: int = 20


@dataclass(frozen=True)
class Shop:
    """How a company sells.

    `platforms` with their share of the orders. `monetary` are the company's own limits for points
    of money, where the standard ones (dollars) mean nothing in its currency. `rates` are what one
    unit of a foreign currency was worth, by the first day of a year.
    """

    platforms: tuple[tuple[str, float], ...]
    wares: tuple[Ware, ...]
    channel: str
    most_units: int = 1
    monetary: tuple[int, ...] = ()
    foreign_currency: str = ""
    rates: tuple[tuple[int, str], ...] = ()
    rateless_currency: str = ""
    codes: tuple[str, ...] = ()


_ROOM = "Cockatoo Cellar, Newtown"
_HALL = "Enmore Road Hall"
_PUB = "The Hanging Parrot, Surry Hills"
_ISLAND = "Dockside Shed, Balmain"

SHOPS: Mapping[str, Shop] = {
    "comedy": Shop(
        platforms=(("humanitix", 2_178 / 11_862), ("eventbrite", 9_684 / 11_862)),
        wares=(
            Ware("Saturday Night Showcase", 28, _ROOM, 5, 20),
            Ware("Late Night Roast", 20, _ROOM, 5, 22),
            Ware("Friday Headliners", 26, _ROOM, 4, 20),
            Ware("Open Mic Thursday", 10, _PUB, 3, 19),
            Ware("New Material Monday", 12, _PUB, 0, 19),
            Ware("Sunday Improv Lab", 15, _ISLAND, 6, 18),
            Ware("Comedy Gala", 49, _HALL, 5, 19),
        ),
        channel="online",
        most_units=12,
        foreign_currency="USD",
        rates=((2021, "1.32000000"), (2023, "1.49000000"), (2025, "1.55000000")),
        rateless_currency="NZD",
        codes=("EARLYBIRD", "MATES10", "NEWSLETTER"),
    ),
    "golf": Shop(
        platforms=(("pos", 1.0),),
        wares=(
            Ware("Bay package, 10 hours", 7_500),
            Ware("Bay package, 20 hours", 13_500),
            Ware("Unlimited month", 11_000),
            Ware("One hour in the bay", 700),
            Ware("Starter lesson", 1_800),
        ),
        channel="front desk",
        most_units=3,
        monetary=(40_000, 20_000, 8_000, 2_000),
    ),
    "grounds": Shop(
        platforms=(("jobs", 1.0),),
        wares=(
            Ware("Lawn care, one visit", 65),
            Ware("Lawn care, season", 1_480),
            Ware("Snow removal, season", 890),
            Ware("Paver patio", 7_900),
            Ware("Tree removal", 1_150),
        ),
        channel="office",
        monetary=(10_000, 4_000, 1_200, 300),
    ),
    "motors": Shop(
        platforms=(("workshop", 1.0),),
        wares=(
            Ware("Periodic service", 5_400),
            Ware("Wheel alignment", 1_250),
            Ware("Brake pads, front", 4_800),
            Ware("Battery", 7_200),
            Ware("Accident repair", 38_000),
        ),
        channel="service desk",
        monetary=(100_000, 40_000, 12_000, 4_000),
    ),
}
