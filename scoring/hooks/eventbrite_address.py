"""The `api_url` in a notice of Eventbrite: read, never asked.

Anybody who knows our address can send a notice, and we ask Eventbrite with the company's token. So
an address is only taken apart: when it is one of Eventbrite's own in one of the few known shapes,
its numbers are used to build our own request.
"""

import re
from dataclasses import dataclass

# The whole address, letter by letter: nothing is left for two readers to understand differently.
_BASE = r"https://www\.eventbriteapi\.com/v3/"
ORDER = re.compile(_BASE + r"orders/(?P<order>[0-9]{1,30})/?")
ATTENDEE = re.compile(
    _BASE + r"events/(?P<event>[0-9]{1,30})/attendees/(?P<attendee>[0-9]{1,30})/?"
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """An order by its number, or an attendee by the numbers of event and attendee."""

    order: str = ""
    event: str = ""
    attendee: str = ""

    def __str__(self) -> str:
        return f"order {self.order}" if self.order else f"attendee {self.event}/{self.attendee}"


def read_address(api_url: object) -> Address | None:
    """What an address names; None for every other address, host, port, scheme or login."""
    if not isinstance(api_url, str):
        return None
    match = ORDER.fullmatch(api_url) or ATTENDEE.fullmatch(api_url)
    return Address(**match.groupdict()) if match else None
