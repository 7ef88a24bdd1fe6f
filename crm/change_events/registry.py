"""Which topics of the outbox are public, and how their payloads become events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model

from crm.errors import InvalidInput

Id = UUID | str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A kind of record that events are about.

    `customer` is the column with its customer's id, `facts` the columns that each event shows, by
    their public names: ids and codes only.
    """

    kind: str
    model: type[Model]
    customer: str
    facts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One public event. `also` are customers besides the subject's own whom it concerns."""

    type: str
    subject_id: Id
    data: Mapping[str, Any] = field(default_factory=dict)
    also: Sequence[Id] = ()


Reading = Callable[[Mapping[str, Any]], Iterable[Change]]


@dataclass(frozen=True, kw_only=True)
class PublicTopic:
    """A topic, what it is about, and how its payload is read."""

    subject: Subject
    read: Reading


_types: dict[str, str] = {}
_topics: dict[str, PublicTopic] = {}


def describe(types: Mapping[str, str]) -> None:
    """Name types of events with what they tell; called in `AppConfig.ready()`."""
    _types.update(types)


def make_public(topic: str, *, subject: Subject, read: Reading) -> None:
    """Let events of a topic be told to other systems; called in `AppConfig.ready()`."""
    _topics[topic] = PublicTopic(subject=subject, read=read)


def each(type: str, key: str, *shown: str) -> Reading:
    """A reading: an event for the id, or each of the ids, under `key`.

    What the payload has under the names in `shown` goes into its data.
    """

    def read(payload: Mapping[str, Any]) -> list[Change]:
        ids = payload[key] if key.endswith("_ids") else [payload[key]]
        data = {name: payload[name] for name in shown if name in payload}
        return [Change(type=type, subject_id=one, data=data) for one in ids]

    return read


def public_topic(topic: str) -> PublicTopic | None:
    """How a topic is told to others; None when it is our own affair."""
    return _topics.get(topic)


def known_types() -> Mapping[str, str]:
    """Every type with what it tells, by name."""
    return dict(sorted(_types.items()))


def types_matching(patterns: Iterable[str], *, field_name: str = "types") -> list[str]:
    """The types that patterns name: `customer.merged`, `lead.*`, `*`.

    Raises InvalidInput at `field_name` for one that names nothing.
    """
    found: set[str] = set()
    for pattern in patterns:
        chosen = {name for name in _types if matches(pattern, name)}
        if not chosen:
            raise InvalidInput.field(field_name, f"There is no event “{pattern[:64]}”.")
        found |= chosen
    return sorted(found)


def matches(pattern: str, type: str) -> bool:
    """Whether a type is among those that a pattern names."""
    if pattern == "*":
        return True
    if pattern.endswith(".*"):
        return type.startswith(pattern[:-1])
    return type == pattern
