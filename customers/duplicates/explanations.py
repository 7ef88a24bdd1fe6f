"""What two alike records can be to each other: the classes of the model.

*Same person* is one. Each of the others says in which fields such pairs are alike more often than
strangers are: these fields are free, that is, learnt. In all other fields its pairs look like
strangers. Namesakes of several kinds are told apart because the rules that bring pairs together
favour each kind: whoever was paired by both names is alike in both names.
"""

from collections.abc import Sequence
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
class Explanation:
    """A class of pairs that are not one person."""

    name: str
    relation: str  # a value of customers.models.PairRelation
    free: frozenset[str] = frozenset()
    boosts: dict[str, Boost] = field(default_factory=dict)


_SAME_INITIAL = Boost(anchor=7, lifted=(2, 3, 5, 6, 7, 9))
_SAME_YEAR = Boost(anchor=2, lifted=(2, 3, 4))
_SAME_MAILBOX = Boost(anchor=7, lifted=(2, 4, 7))
_PLACE = ("address", "city", "postcode", "region")

OTHERS: Sequence[Explanation] = (
    Explanation(
        "relative",
        "relative",
        frozenset({"family name", "organisation", "phone", "e-mail", *_PLACE}),
        {"given name": _SAME_INITIAL},
    ),
    Explanation(
        "colleague",
        "colleague",
        frozenset({"organisation", "phone", "e-mail", *_PLACE}),
        {"given name": _SAME_INITIAL},
    ),
    Explanation(
        "namesake nearby",
        "namesake",
        frozenset({"family name", "city", "postcode", "region"}),
        {"given name": _SAME_INITIAL, "birthday": _SAME_YEAR, "e-mail": _SAME_MAILBOX},
    ),
    Explanation(
        "namesake",
        "namesake",
        frozenset({"given name", "family name", "middle name"}),
        {"birthday": _SAME_YEAR, "e-mail": _SAME_MAILBOX},
    ),
    Explanation(
        "neighbour of that given name",
        "stranger",
        frozenset({"given name", *_PLACE}),
        {"birthday": _SAME_YEAR},
    ),
    Explanation(
        "stranger of that given name",
        "stranger",
        frozenset({"given name"}),
        {"birthday": _SAME_YEAR},
    ),
    Explanation(
        "stranger born that day",
        "stranger",
        frozenset({"birthday"}),
        {"given name": _SAME_INITIAL},
    ),
    Explanation("stranger", "stranger"),
)
NAMES: Sequence[str] = (SAME, *(other.name for other in OTHERS))
RELATIONS: Sequence[str] = (SAME, *(other.relation for other in OTHERS))
