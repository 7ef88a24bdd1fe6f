"""From a pattern to bits, a relation and evidence."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from customers.duplicates.explanations import NAMES, RELATIONS, SAME
from customers.duplicates.fields import FIELDS, levels_of
from customers.duplicates.model import Model

_TINY = 1e-12


@dataclass(frozen=True)
class Evidence:
    """What one field says: `bits` for (above 0) or against the same person, and why in words."""

    field: str
    bits: float
    words: str

    def as_json(self) -> dict[str, Any]:
        """What a candidate keeps."""
        return {"field": self.field, "bits": round(self.bits, 2), "words": self.words}


@dataclass(frozen=True)
class Judgement:
    """How sure it is that two records are one person, and what they are to each other if not.

    `bits` is log2 of the odds: 0 is as likely as not, 10 is 1,000 to 1. The bits of `evidence`
    add up to it.
    """

    bits: float
    relation: str
    evidence: Sequence[Evidence]

    def evidence_json(self) -> str:
        """The evidence as a candidate keeps it; rounded so that it adds up to the rounded bits."""
        lines = [line.as_json() for line in self.evidence]
        rest = round(self.bits, 2) - sum(line["bits"] for line in lines)
        lines[0]["bits"] = round(lines[0]["bits"] + rest, 2)
        return json.dumps(lines)


def judge(model: Model, pattern: int) -> Judgement:
    """What the model says of two records with this pattern.

    The evidence is measured against the likeliest explanation but the same person: where they
    could be relatives, a shared address says nothing. Its first line is how often either comes up
    at all, with what the remaining explanations take away.
    """
    levels = levels_of(pattern)
    logs = [math.log2(max(prior, _TINY)) for prior in model.priors]
    for field, level in zip(model.shares, levels, strict=True):
        if level:
            for number, shares in enumerate(field):
                logs[number] += math.log2(max(shares[level], _TINY))
    against = _log_sum(logs[1:])
    rival = max(range(1, len(NAMES)), key=logs.__getitem__)
    bits = logs[0] - against
    evidence = [
        Evidence(
            field.name,
            math.log2(max(shares[0][level], _TINY) / max(shares[rival][level], _TINY)),
            field.levels[level].words,
        )
        for field, shares, level in zip(FIELDS, model.shares, levels, strict=True)
        if level
    ]
    before = bits - sum(line.bits for line in evidence)
    likely = SAME if bits > 0 else RELATIONS[rival]
    return Judgement(
        bits, likely, [Evidence("at all", before, "how common such pairs are"), *evidence]
    )


def _log_sum(logs: Sequence[float]) -> float:
    highest = max(logs)
    return highest + math.log2(sum(2 ** (value - highest) for value in logs))
