"""What a country's list of names offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NameStyle:
    """Names of one country, the frequent ones first (they are drawn more often).

    `in_script` holds pairs of a name in the country's own script and its romanised form.
    """

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    nicknames: Mapping[str, str] = field(default_factory=dict)
    given_in_script: tuple[tuple[str, str], ...] = ()
    families_in_script: tuple[tuple[str, str], ...] = ()


def words(text: str) -> tuple[str, ...]:
    """The words of a text, for lists that read better as prose than one to a line."""
    return tuple(text.split())


def compounds(stems: str, endings: str) -> tuple[str, ...]:
    """Every stem with every ending: how surnames of places and Thai surnames are built."""
    return tuple(stem + ending for ending in endings.split() for stem in stems.split())
