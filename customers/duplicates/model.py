"""What was learnt of a company's pairs, and how it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customers.duplicates.explanations import NAMES
from customers.duplicates.fields import FIELDS


@dataclass(frozen=True)
class Model:
    """`priors`: how often each class (`explanations.NAMES`) comes up among compared pairs.

    `shares[field][class][level]`: how often a class shows a level, of the pairs where the field is
    known of both.
    """

    priors: Sequence[float]
    shares: Sequence[Sequence[Sequence[float]]]
    pairs: int
    records: int
    is_learnt: bool

    def is_of_this_release(self) -> bool:
        """Whether it has the fields, levels and explanations of this release."""
        levels = [len(field.levels) for field in FIELDS]
        return len(self.priors) == len(NAMES) and levels == [len(of[0]) for of in self.shares]

    def as_json(self) -> dict[str, Any]:
        """What `MatchModel.parameters` holds."""
        return {
            "priors": list(self.priors),
            "shares": [[list(levels) for levels in field] for field in self.shares],
            "pairs": self.pairs,
            "records": self.records,
            "is_learnt": self.is_learnt,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Model":
        """The model that `as_json` wrote."""
        return cls(
            priors=tuple(kept["priors"]),
            shares=tuple(tuple(tuple(levels) for levels in field) for field in kept["shares"]),
            pairs=kept["pairs"],
            records=kept["records"],
            is_learnt=kept["is_learnt"],
        )
