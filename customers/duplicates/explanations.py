"""What two alike records can be to each other: the classes of the model.

*Same person* is one. Each of the others says in which fields such pairs are alike more often than
strangers are: these fields are free, that is, learnt. In all other fields its pairs look like
strangers. Namesakes of several kinds are told apart because the rules that bring pairs together
favour each kind: whoever was paired by both names is alike in both names.

What makes a relative a relative (a home, a phone) is given beforehand and held: learnt freely, the
class ends as those of one family name, and real families are left to *same person*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SAME = "same"


@dataclass(frozen=True)
class Boost:
    """The levels `lifted` come up more often than among strangers, all by one factor.

    The factor is read off the level `anchor`, which pairs of one person hardly ever show, so that
    they cannot bend it. (Namesakes share the initial or the year of birth more often by chance.)
    """

    anchor: int
    lifted: Sequence[int]


@dataclass(frozen=True)
class Held:
    """Shares of the levels that a company's pairs may bend only so far.

    They count as many pairs as fell to the class, times `weight`: at 1, half each.
    """

    shares: Sequence[float]
    weight: float


@dataclass(frozen=True)
class Explanation:
    """A class of pairs that are not one person.

    `free` and `held` fields are learnt; of a `partly` free one only these levels are, the others
    come up as among strangers. `at_least` sets the share of a level that is too rare to be learnt.
    """

    name: str
    relation: str  # a value of customers.models.PairRelation
    free: frozenset[str] = frozenset()
    held: Mapping[str, Held] = field(default_factory=dict)
    partly: Mapping[str, Sequence[int]] = field(default_factory=dict)
    boosts: Mapping[str, Boost] = field(default_factory=dict)
    at_least: Mapping[str, tuple[int, float]] = field(default_factory=dict)


_SAME_INITIAL = Boost(anchor=7, lifted=(2, 3, 5, 6, 7, 9))
_SAME_YEAR = Boost(anchor=2, lifted=(2, 3, 4))
_PLACE = ("address", "city", "postcode", "region")
_MAILBOX_OF_THE_NAME = (2, 7)
_THAT_GIVEN_NAME = Held((0, 0.01, 0.01, 0.04, 0.02, 0.47, 0.27, 0.02, 0.01, 0.15), 0.1)
_TWINS = (4, 0.01)  # one in a hundred pairs under one roof is born on one day

OTHERS: Sequence[Explanation] = (
    Explanation(
        "relative",
        "relative",
        free=frozenset({"family name", "organisation"}),
        held={
            "address": Held((0, 0.25, 0.05, 0.10, 0.60), 1),
            "city": Held((0, 0.12, 0.03, 0.45, 0.40), 1),
            "postcode": Held((0, 0.12, 0.03, 0.85), 1),
            "region": Held((0, 0.05, 0.95), 1),
            "phone": Held((0, 0.50, 0.05, 0.05, 0, 0.30, 0.10), 0.5),
            "e-mail": Held((0, 0.74, 0.03, 0.02, 0.02, 0.12, 0.06, 0.01), 0.5),
        },
        boosts={"given name": _SAME_INITIAL},
        at_least={"birthday": _TWINS},
    ),
    Explanation(
        "colleague",
        "colleague",
        free=frozenset({"organisation", "phone", "e-mail", *_PLACE}),
        boosts={"given name": _SAME_INITIAL},
    ),
    Explanation(
        "neighbour",
        "stranger",
        held={
            "address": Held((0, 0.02, 0.03, 0.50, 0.45), 1),
            "city": Held((0, 0.03, 0.02, 0.55, 0.40), 1),
            "postcode": Held((0, 0.04, 0.02, 0.94), 1),
            "region": Held((0, 0.02, 0.98), 1),
        },
        boosts={"given name": _SAME_INITIAL},
    ),
    Explanation(
        "namesake nearby",
        "namesake",
        free=frozenset({"family name", "city", "postcode", "region"}),
        partly={"e-mail": _MAILBOX_OF_THE_NAME},
        boosts={"given name": _SAME_INITIAL, "birthday": _SAME_YEAR},
    ),
    Explanation(
        "namesake",
        "namesake",
        free=frozenset({"given name", "family name", "middle name"}),
        partly={"e-mail": _MAILBOX_OF_THE_NAME},
        boosts={"birthday": _SAME_YEAR},
    ),
    Explanation(
        "neighbour of that given name",
        "stranger",
        held={
            "given name": _THAT_GIVEN_NAME,
            "address": Held((0, 0.60, 0.10, 0.20, 0.10), 0.1),
            "city": Held((0, 0.15, 0.03, 0.50, 0.32), 0.1),
            "postcode": Held((0, 0.25, 0.15, 0.60), 0.1),
            "region": Held((0, 0.10, 0.90), 0.1),
        },
        boosts={"birthday": _SAME_YEAR},
    ),
    Explanation(
        "stranger of that given name",
        "stranger",
        held={"given name": _THAT_GIVEN_NAME},
        boosts={"birthday": _SAME_YEAR},
    ),
    Explanation(
        "stranger born that day",
        "stranger",
        free=frozenset({"birthday"}),
        boosts={"given name": _SAME_INITIAL},
    ),
    Explanation("stranger", "stranger", boosts={"given name": _SAME_INITIAL}),
)
NAMES: Sequence[str] = (SAME, *(other.name for other in OTHERS))
RELATIONS: Sequence[str] = (SAME, *(other.relation for other in OTHERS))
