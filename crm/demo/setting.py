"""What the generators need to know about a company that exists in the database already."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from crm.demo.businesses import BUSINESSES, Business
from crm.roles import Role

SEED = 20_240_229
_DAY, _OPENS, _CLOSES = 86_400, 9 * 3600, 19 * 3600


@dataclass(frozen=True)
class Member:
    """A staff member, as the history of customers and leads names them."""

    id: str
    name: str
    role: Role
    branch: int | None


@dataclass(frozen=True)
class Setting:
    """A company with the ids of its branches, staff, sources and tags, and the time of loading.

    The same setting gives the same rows; it travels to other processes.
    """

    slug: str
    company_id: int
    now: datetime
    branches: tuple[str, ...]
    staff: tuple[Member, ...]
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    seed: int = SEED

    @property
    def business(self) -> Business:
        """What the company is."""
        return BUSINESSES[self.slug]

    @property
    def history(self) -> float:
        """For how long the company has had customers, in seconds."""
        since = self.business.history_since
        if since is None:
            return self.business.history_years * 365.25 * _DAY
        return (self.now - datetime.combine(since, time(), tzinfo=UTC)).total_seconds()

    def rng(self, chunk: int | str) -> Random:
        """The random numbers of one chunk, or of a part of it, the same at each load."""
        return Random(f"{self.seed}/{self.slug}/{chunk}")  # noqa: S311 - not for secrets

    def owners_of(self, branch: int) -> tuple[Member, ...]:
        """The relationship managers of a branch."""
        return tuple(
            member
            for member in self.staff
            if member.role is Role.RELATIONSHIP_MANAGER and member.branch == branch
        )

    def front_desk(self, branch: int) -> Member:
        """Who answers the phone at a branch."""
        for member in self.staff:
            if member.role is Role.RECEPTIONIST and member.branch == branch:
                return member
        return next(member for member in self.staff if member.role is Role.RECEPTIONIST)

    def in_opening_hours(self, at: datetime) -> datetime:
        """The same day, between nine and seven at the company; the order of times stays.

        What would lie ahead is spread over the hours that were open today, or over yesterday's
        where the day has hardly begun. It reckons with today's offset from UTC: an hour of summer
        time does not matter here.
        """
        offset = self._offset
        local = int(at.timestamp()) + offset
        since, opened, closes, now = self._last_hours
        if local >= since:
            wall = opened + (min(local, now) - since) * (closes - opened) // (now - since)
        else:
            day, seconds = divmod(local, _DAY)
            wall = day * _DAY + _OPENS + seconds * 10 // 24
        return datetime.fromtimestamp(wall - offset, UTC)

    @cached_property
    def _last_hours(self) -> tuple[int, int, int, int]:
        """From when on times are pressed together, into which hours, and now; local seconds."""
        now = int(self.now.timestamp()) + self._offset
        today = now // _DAY * _DAY
        if now < today + _OPENS + 1800:
            yesterday = today - _DAY
            return yesterday, yesterday + _OPENS, yesterday + _CLOSES, now
        return today, today + _OPENS, min(today + _CLOSES, now - 300), now

    @cached_property
    def _offset(self) -> int:
        local = self.now.astimezone(ZoneInfo(self.business.time_zone)).utcoffset()
        return int(local.total_seconds()) if local is not None else 0

    def at_local(self, *, days: int, hour: int, minute: int = 0) -> datetime:
        """A time of day at the company, so many days from the day of loading."""
        local = self.now.astimezone(ZoneInfo(self.business.time_zone)) + timedelta(days=days)
        wall = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return wall.astimezone(UTC)


@dataclass(frozen=True)
class Chunk:
    """A part of a company's customers that is made and written in one go.

    Numbers, codes and addresses are drawn by `first`, so that no two chunks share one. Chunk 0 is
    the company as the demo describes it; later ones only add more of the same (`--size`).
    """

    number: int
    first: int
    customers: int
    first_code: int
    leads: int
    legacy_leads: int = 0
    profile_links: int = 0
    orders: int = 0

    @property
    def is_base(self) -> bool:
        """Whether it is the described company itself."""
        return self.number == 0


@dataclass(slots=True)
class Contact:
    """A contact point to be."""

    kind: str
    value: str
    as_typed: str
    is_primary: bool = False
    is_shared: bool = False
    label: str = ""


@dataclass(slots=True, eq=False)
class Person:
    """A customer to be; two with equal values are still two."""

    id: str
    code: str
    created_at: datetime
    last_activity_at: datetime
    given_name: str
    family_name: str
    full_name: str
    email_name: str
    stage: str = "prospect"
    stage_changed_at: datetime | None = None
    address_line: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    birthday: str | None = None
    language: str = ""
    preferred_contact: str = ""
    origin: str = "manual"
    is_placeholder: bool = False
    record_state: str = "active"
    merged_into: str | None = None
    deleted_at: datetime | None = None
    contacts: list[Contact] = field(default_factory=list)

    def contact(self, kind: str) -> Contact | None:
        """The first phone or e-mail, or None."""
        for contact in self.contacts:
            if contact.kind == kind:
                return contact
        return None


def new_id(at: datetime, rng: Random) -> str:
    """A uuid7 of that time, from the generator's own random numbers."""
    milliseconds = int(at.timestamp() * 1000)
    bits = rng.getrandbits(74)
    return (
        f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-7{bits >> 62:03x}-"
        f"{0x8000 | ((bits >> 48) & 0x3FFF):04x}-{bits & 0xFFFFFFFFFFFF:012x}"
    )
