"""Short forms of given names, by group: Bill and Will are in the group of William."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from nicknames import NickNamer


@lru_cache(maxsize=1)
def nickname_groups() -> Mapping[str, Sequence[str]]:
    """The groups of each name that has any, all in lower case; a name leads its own group."""
    namer = NickNamer()
    names = {*namer.canonical_lookup, *namer.nickname_lookup}
    return {
        name.lower(): sorted({group.lower() for group in {name} | namer.canonicals_of(name)})
        for name in names
    }


def groups_of(given_name: str) -> Sequence[str]:
    """The groups of one name, given as `duplicate_name` writes it; empty where it has none."""
    return nickname_groups().get(given_name, ())


@lru_cache(maxsize=1)
def nickname_columns() -> tuple[list[str], list[str]]:
    """Names and groups side by side, as `duplicate_normalise` takes them."""
    pairs = [(name, group) for name, groups in nickname_groups().items() for group in groups]
    return [name for name, _ in pairs], [group for _, group in pairs]
