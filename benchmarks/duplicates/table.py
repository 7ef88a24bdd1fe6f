"""The quality table: set × method × precision, recall, F1, time, memory."""

from dataclasses import dataclass

from benchmarks.duplicates.contest import Outcome
from benchmarks.duplicates.quality import Figures

HEAD = (
    "| Set | Method | P | R | F1 | best F1 (at bits) | P, R at p ≥ 0.95 | s | CPU s | MB |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Line:
    """One method on one set; `problem` where it has no figures."""

    people: str
    method: str
    outcome: Outcome | None
    problem: str = ""

    def row(self) -> str:
        """The line of the table."""
        if self.outcome is None:
            return f"| {self.people} | {self.method} | {self.problem} | | | | | | | |"
        outcome, quality = self.outcome, self.outcome.quality
        fixed, best, sure = quality.fixed, quality.best, quality.sure
        return (
            f"| {self.people} | {self.method} | {fixed.precision:.3f} | {fixed.recall:.3f} "
            f"| {fixed.f1:.3f} | {best.f1:.3f} ({best.bits:+.1f}) | {_both(sure)} "
            f"| {outcome.seconds:.1f} | {outcome.processor_seconds:.1f} | {outcome.megabytes:.0f} |"
        )

    def figure(self) -> str:
        """The same as one text."""
        if self.outcome is None:
            return self.problem
        quality = self.outcome.quality
        fixed = quality.fixed
        return (
            f"P {fixed.precision:.3f}, R {fixed.recall:.3f}, F1 {fixed.f1:.3f}; best F1 "
            f"{quality.best.f1:.3f} at {quality.best.bits:+.1f} bits; p ≥ 0.95: P, R "
            f"{_both(quality.sure)}; {quality.found / max(quality.true, 1):.3f} of {quality.true} "
            f"true pairs compared; {self.outcome.seconds:.1f} s, "
            f"{self.outcome.processor_seconds:.1f} s of the processor, "
            f"{self.outcome.megabytes:.0f} MB"
        )


def _both(figures: Figures) -> str:
    return f"{figures.precision:.3f}, {figures.recall:.3f}"
