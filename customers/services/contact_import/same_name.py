"""Could two names be one person's? Only asked of people who share a phone or an e-mail."""

import re
from enum import IntEnum
from functools import lru_cache

from crm.identifiers.names import is_title
from crm.identifiers.text import fold


class Likeness(IntEnum):
    """How well two names agree."""

    DIFFERENT = 0
    UNKNOWN = 1  # one of the names is made up
    COMPATIBLE = 2  # "Lim" and "Ana Lim", "A. Lim" and "Ana Lim"
    EQUAL = 3  # but for accents, case, order and titles


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name by which it is compared, in order."""
    words = (word for word in re.findall(r"[^\W_]+(?:['-][^\W_]+)*", fold(name)))
    return tuple(sorted(word for word in words if not _is_title(word)))


@lru_cache(maxsize=10_000)
def _is_title(word: str) -> bool:
    return is_title(word)


def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> Likeness:
    """How well the words of two real names agree.

    Being careful costs a duplicate, which a merge mends; being generous would put two people of a
    family on one record, and one of them could not be found by name any more.
    """
    if one == other:
        return Likeness.EQUAL
    shorter, longer = sorted((one, other), key=len)
    rest = list(longer)
    for word in sorted(shorter, key=len, reverse=True):
        match = word if word in rest else _of_initial(word, rest)
        if match is None:
            return Likeness.DIFFERENT
        rest.remove(match)
    return Likeness.COMPATIBLE if shorter else Likeness.DIFFERENT


def _of_initial(word: str, words: list[str]) -> str | None:
    for candidate in words:
        if min(len(word), len(candidate)) == 1 and word[0] == candidate[0]:
            return candidate
    return None
