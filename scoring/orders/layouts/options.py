"""What a file of orders does not say, told by the person who imports it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm.tabular.date_order import DateOrder


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How to read a file.

    `zone` is that of times without one, `currency` that of orders which name none. `platform`
    names the seller of a file that does not say it. `reported_at` is when the report was made: the
    time of its versions where the report itself tells none; without it an order's own time is.
    """

    zone: ZoneInfo
    currency: str
    platform: str = ""
    date_order: DateOrder | None = None
    reported_at: datetime | None = None
