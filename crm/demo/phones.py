"""Phone numbers that exist in their countries' plans, each drawn once, typed in many ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

# A step that shares no factor with a pool's size visits every number of the pool once.
_STEP = 6_180_339_887
_AREA_CODES = """
312 708 773 815 847 217 309 618 414 608 262 920 219 317 260 515 319 563 612 651 763 952 314
816 913 402 616 734 248
"""
_INDIAN_SERIES = """
9880 9900 9901 9902 9886 9916 9945 9972 9980 9986 9740 9741 9742 9811 9810 9820 9821 9833 9844
9848 9849 9866 9885 9890 9891 9892 9895 9910 9911 9930 9940 9941 9952 9962 9963 9967 9971 9973
"""


@dataclass(frozen=True)
class NumberPool:
    """Mobile numbers of a country: a prefix, then free digits."""

    prefixes: tuple[str, ...]
    free_digits: int

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.prefixes) * 10**self.free_digits

    def number(self, index: int) -> str:
        """The E.164 number of this index; different indexes below `size` give different ones."""
        place, rest = divmod((index * _STEP + 4_711_123) % self.size, 10**self.free_digits)
        return f"{self.prefixes[place]}{rest:0{self.free_digits}d}"


POOLS: Mapping[str, NumberPool] = {
    "AU": NumberPool(("+6140", "+6142", "+6143", "+6146"), 7),
    "TH": NumberPool(tuple(f"+66{digits}" for digits in (80, *range(82, 100))), 7),
    "IN": NumberPool(tuple(f"+91{series}" for series in _INDIAN_SERIES.split()), 6),
    "US": NumberPool(
        tuple(f"+1{code}{digit}" for code in _AREA_CODES.split() for digit in range(2, 10)), 6
    ),
}

# How people write a national number; `a` to `k` stand for its parts, cut as in _PARTS.
_PARTS = {"AU": (3, 3, 3), "TH": (2, 3, 4), "IN": (5, 5), "US": (3, 3, 4)}
_FORMS: Mapping[str, tuple[str, ...]] = {
    "AU": (
        "0{0} {1} {2}",
        "0{0}{1}{2}",
        "+61 {0} {1} {2}",
        "0{0} {1} {2}",
        "0{0}-{1}-{2}",
        "61{0}{1}{2}",
        "+61{0}{1}{2}",
        "0{0}.{1}.{2}",
        "+61 (0) {0} {1} {2}",
    ),
    "TH": (
        "0{0}-{1}-{2}",
        "0{0}{1}{2}",
        "0{0} {1} {2}",
        "+66 {0} {1} {2}",
        "66{0}{1}{2}",
        "+66{0}{1}{2}",
        "(0{0}) {1} {2}",
    ),
    "IN": (
        "{0}{1}",
        "{0} {1}",
        "+91 {0} {1}",
        "0{0}{1}",
        "+91-{0}{1}",
        "91{0}{1}",
        "+91{0}{1}",
        "0{0}-{1}",
    ),
    "US": (
        "({0}) {1}-{2}",
        "{0}-{1}-{2}",
        "{0}.{1}.{2}",
        "{0}{1}{2}",
        "+1 {0} {1} {2}",
        "1-{0}-{1}-{2}",
        "+1{0}{1}{2}",
        "{0} {1} {2}",
    ),
}
_CODES = {"AU": "+61", "TH": "+66", "IN": "+91", "US": "+1"}


def as_people_type(number: str, region: str, rng: Random) -> str:
    """One of the ways in which the E.164 number of the region is written."""
    national = number.removeprefix(_CODES[region])
    parts, start = [], 0
    for length in _PARTS[region]:
        parts.append(national[start : start + length])
        start += length
    forms = _FORMS[region]
    return forms[int(rng.random() * len(forms))].format(*parts)


def with_typing_mistake(number: str, rng: Random) -> str:
    """The number with its last digits swapped or one of them wrong, still as long as before."""
    digits = list(number)
    place = len(digits) - 2 - int(rng.random() * 4)
    if digits[place] != digits[place + 1] and rng.random() < 0.6:
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
    else:
        digits[place] = str((int(digits[place]) + 1 + int(rng.random() * 8)) % 10)
    return "".join(digits)
