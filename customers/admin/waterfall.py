"""The evidence about a pair as a drawing: each bar begins where the one before it ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.selectors.alike_pairs import EvidenceLine

WIDTH = 240
LEAST_SPAN = 4.0  # bits; a small sum is not drawn as if it were large


def signed(bits: float) -> str:
    """“+9.1”, or “−6.0” with a true minus sign."""
    return f"{'+' if bits >= 0 else '−'}{abs(bits):.1f}"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One piece of evidence; `x` and `width` in the units of the drawing."""

    words: str
    bits: float
    x: float
    width: float

    @property
    def speaks_for(self) -> bool:
        """Whether it makes one person likelier."""
        return self.bits >= 0

    @property
    def signed(self) -> str:
        """The bits with their sign."""
        return signed(self.bits)


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """The bars, one below the other, and `zero`, where nothing speaks for or against."""

    bars: Sequence[Bar]
    zero: float
    width: int = WIDTH


def draw_waterfall(evidence: Sequence[EvidenceLine]) -> Waterfall:
    """Draw what the model found, in the order given."""
    ends = [0.0]
    for line in evidence:
        ends.append(ends[-1] + line.bits)
    low = min(ends)
    scale = WIDTH / max(max(ends) - low, LEAST_SPAN)
    bars = [
        Bar(
            words=line.words,
            bits=line.bits,
            x=round((min(begin, begin + line.bits) - low) * scale, 1),
            width=round(max(abs(line.bits) * scale, 1.0), 1),
        )
        for line, begin in zip(evidence, ends, strict=False)
    ]
    return Waterfall(bars=bars, zero=round(-low * scale, 1))
