"""docs/webhooks.md tells what is true: its code works, its table is complete."""

import re
import textwrap
import time
from typing import Any

from crm.change_events.registry import known_types
from crm.embedded.places import ROOT
from crm.webhooks.signing import new_secret, signature_header

TEXT = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


def test_the_table_names_every_event() -> None:
    assert set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", TEXT, re.MULTILINE)) == set(known_types())


def test_the_code_for_receivers_works() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    found: dict[str, Any] = {}
    exec(textwrap.dedent(code), found)
    secret, other, now = new_secret(), new_secret(), int(time.time())

    def headers(at: int) -> dict[str, str]:
        signature = signature_header([other, secret], message_id="msg_1", timestamp=at, body=b"{}")
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(at),
            "webhook-signature": signature,
        }

    is_genuine = found["is_genuine"]
    assert is_genuine(secret, headers(now), b"{}")
    assert is_genuine(other, headers(now), b"{}")
    assert not is_genuine(new_secret(), headers(now), b"{}")
    assert not is_genuine(secret, headers(now), b"{ }")
    assert not is_genuine(secret, headers(now - 600), b"{}")
