"""The columns of a report, under all the names they go by, in any order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.identifiers.text import clean_text
from crm.tabular.header_text import plain_header
from crm.tabular.unreadable import UnreadableFile


def names(**aliases: str) -> dict[str, tuple[str, ...]]:
    """Field → the headers that mean it, separated by commas; messages name the first."""
    return {key: tuple(alias.strip() for alias in text.split(",")) for key, text in aliases.items()}


@dataclass(frozen=True)
class ColumnSet:
    """What a layout understands.

    `required` must be there; of each group in `one_of` at least one. A report with `may_repeat` has
    columns of its own behind the known ones, so the first of two equal headers is meant.
    """

    aliases: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    may_repeat: bool = False
    _by_alias: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_alias = {
            plain_header(alias): key for key, found in self.aliases.items() for alias in found
        }
        object.__setattr__(self, "_by_alias", by_alias)

    def understood(self, headers: Sequence[str]) -> set[str]:
        """The fields that these headers give."""
        found = (self._by_alias.get(plain_header(header)) for header in headers)
        return {key for key in found if key}

    def missing(self, headers: Sequence[str]) -> list[str]:
        """The names of the columns without which an order cannot be read."""
        found = self.understood(headers)
        lacking = [self.title(key) for key in self.required if key not in found]
        groups = [group for group in self.one_of if not found & set(group)]
        return lacking + [" or ".join(self.title(key) for key in group) for group in groups]

    def title(self, key: str) -> str:
        """How the column is usually called."""
        return self.aliases[key][0]

    def positions(self, headers: Sequence[str]) -> dict[str, int]:
        """Where each field stands. Raises UnreadableFile when a column stands there twice."""
        found: dict[str, int] = {}
        for position, header in enumerate(headers):
            key = self._by_alias.get(plain_header(header))
            if key is None:
                continue
            if key not in found:
                found[key] = position
            elif not self.may_repeat:
                raise UnreadableFile(
                    "duplicate_header",
                    f"Columns {found[key] + 1} and {position + 1} both mean “{self.title(key)}”. "
                    "Take one of them out.",
                )
        return found


def shown_headers(headers: Sequence[str]) -> str:
    """The headers as a message quotes them."""
    seen = [f"“{clean_text(header)[:40]}”" for header in headers if clean_text(header)]
    more = f" and {len(seen) - 15} more" if len(seen) > 15 else ""
    return ", ".join(seen[:15]) + more
