"""A delivery as people read it: raw bytes as text or hex, and what the parser makes of them."""

import json
from typing import Any

from crm.inbox.handler import InboundHandler
from crm.inbox.outcomes import Unprocessable
from crm.inbox.registry import handler_of
from crm.inbox.request import InboundRequest
from crm.models import InboundDelivery

MOST_SHOWN = 64 * 1024
HEX_WIDTH = 16


def shown_bytes(raw: bytes) -> str:
    """Text where it is UTF-8, a hex dump where it is not; the beginning of what is very long."""
    shown = raw[:MOST_SHOWN]
    rest = len(raw) - len(shown)
    # A letter that the cut split in two is no reason for hex.
    text = shown.decode("utf-8", errors="ignore" if rest else "replace")
    if "\ufffd" in text or "\x00" in text:
        text = hex_dump(shown)
    return f"{text}\n… and {rest:,} more bytes" if rest else text


def hex_dump(raw: bytes) -> str:
    """Offset, bytes in hex, and the letters among them."""
    lines = []
    for start in range(0, len(raw), HEX_WIDTH):
        part = raw[start : start + HEX_WIDTH]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:06x}  {part.hex(' '):<{HEX_WIDTH * 3 - 1}}  {letters}")
    return "\n".join(lines)


def shown_json(value: Any) -> str:
    """JSON with one fact a line, letters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def shown_parsed(delivery: InboundDelivery) -> str:
    """What today's parser makes of a delivery, or why it cannot."""
    handler = handler_of(delivery.source.kind)
    if handler is None:
        return f"Nothing here handles sources of kind “{delivery.source.kind}”."
    return _parsed(handler, delivery)


def _parsed(handler: InboundHandler, delivery: InboundDelivery) -> str:
    try:
        parsed = handler.parse(InboundRequest.of(delivery), delivery.source)
    except Unprocessable as error:
        return f"It cannot be read: {error.reason}"
    except Exception as error:  # the page must open above all when the parser has a fault
        return f"The parser failed ({type(error).__name__})."
    return "This kind is not taken apart." if parsed is None else shown_json(parsed)
