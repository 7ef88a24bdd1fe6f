"""The ways in which one-time codes reach people. Each registers here, in `AppConfig.ready()`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class CodeMessage:
    """What is to be sent: a code to a phone (E.164). Neither may stand in a log."""

    id: UUID
    phone: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime
    company_name: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelSettings:
    """What a company set for its channel."""

    url: str = ""
    signing_secret: str = field(default="", repr=False)


class SendingFailed(Exception):
    """The code did not go out; it is tried again. The text holds neither phone nor code."""


class Channel(Protocol):
    """A way of sending. `needs_url`: the company must name an address of its own."""

    name: str
    needs_url: bool

    def send(self, message: CodeMessage, settings: ChannelSettings) -> None:
        """Send it once. Raises SendingFailed."""


_channels: dict[str, Channel] = {}


def register_channel(kind: str, channel: Channel) -> None:
    """Let companies choose this way of sending."""
    _channels[kind] = channel


def channels() -> Mapping[str, Channel]:
    """All ways of sending by their kind."""
    return dict(_channels)
