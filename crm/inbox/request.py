"""A request of a sender: what came over the wire, before anybody has understood it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from crm.inbox.outcomes import Unprocessable
from crm.models import InboundDelivery

MOST_FIELDS = 1000


@dataclass(frozen=True, kw_only=True)
class InboundRequest:
    """The raw request. `headers` have lower-case names; `path_rest` is percent-encoded.

    `verify` sees every header. What is stored, and so what `parse`, `fetch` and `process` see,
    lacks the headers that hold a secret or a signature.
    """

    method: str
    received_at: datetime
    path_rest: str = ""
    query: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    body: bytes = b""

    @classmethod
    def of(cls, delivery: InboundDelivery) -> "InboundRequest":
        """The request that a delivery keeps."""
        return cls(
            method=delivery.method,
            received_at=delivery.received_at,
            path_rest=delivery.path_rest,
            query=bytes(delivery.query),
            headers=delivery.headers,
            content_type=delivery.content_type,
            body=bytes(delivery.body),
        )

    def query_fields(self) -> dict[str, str]:
        """The fields of the query string; of a repeated name the last. Raises Unprocessable."""
        return _fields(self.query)

    def form_fields(self) -> dict[str, str]:
        """The fields of a form body (application/x-www-form-urlencoded). Raises Unprocessable."""
        return _fields(self.body)

    def json(self) -> Any:
        """The body as JSON, in UTF-8 with or without a byte order mark. Raises Unprocessable."""
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise Unprocessable("The body is not JSON.") from error


def _fields(raw: bytes) -> dict[str, str]:
    try:
        text = raw.decode("utf-8", errors="replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise Unprocessable(f"There are more than {MOST_FIELDS} fields.") from error
