"""The kinds of events by which the timeline can be narrowed."""

from dataclasses import dataclass

from crm.errors import InvalidInput


@dataclass(frozen=True)
class Filter:
    """A word to click on, and the timeline kinds behind it (none: all)."""

    name: str
    label: str
    kinds: tuple[str, ...] = ()


KINDS = (
    Filter("", "All"),
    Filter("notes", "Notes", ("note",)),
    Filter("leads", "Leads", ("lead",)),
    Filter("orders", "Orders", ("order",)),
    Filter("changes", "Changes", ("stage", "consent", "edit", "merge")),
)


def kinds_of(name: str) -> tuple[str, ...] | None:
    """The timeline kinds of this filter, None for all. Raises InvalidInput for an unknown one."""
    for one in KINDS:
        if one.name == name:
            return one.kinds or None
    raise InvalidInput("There is no such kind of event. Open the card again.")
