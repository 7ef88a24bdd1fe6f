"""The segments that every company has from its first day (S1.2).

In the source a customer had one computed segment, the first that fitted: vip, regular, new,
inactive, else regular. Here each is a rule of its own, so one person may be vip and inactive, and
nobody is regular for want of anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SystemSegment:
    """A segment as it is first made; people may change it afterwards."""

    slug: str
    name: str
    description: str
    colour: str
    rules: Mapping[str, Any]


def _when(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"all": [{"field": field, "op": op, "value": value}]}


SYSTEM_SEGMENTS = (
    SystemSegment(
        slug="vip",
        name="VIP",
        description="Score of 20 or more.",
        colour="#7c3aed",
        rules=_when("score", "at_least", 20),
    ),
    SystemSegment(
        slug="regular",
        name="Regular",
        description="Score of 15 to 19.",
        colour="#2563eb",
        rules=_when("score", "between", [15, 19]),
    ),
    SystemSegment(
        slug="new",
        name="New",
        description="Exactly one order.",
        colour="#0d9488",
        rules=_when("orders", "is", 1),
    ),
    SystemSegment(
        slug="inactive",
        name="Inactive",
        description="The last order is more than 180 days ago.",
        colour="#b45309",
        rules=_when("days_since_last_order", "more_than", 180),
    ),
    SystemSegment(
        slug="prospect",
        name="Prospect",
        description="No order yet.",
        colour="#64748b",
        rules=_when("orders", "is", 0),
    ),
    SystemSegment(
        slug="hot-leads",
        name="Hot leads",
        description="In the hot band.",
        colour="#dc2626",
        rules=_when("band", "is", "hot"),
    ),
)
