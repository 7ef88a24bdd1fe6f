"""What somebody tells about a file of orders, checked and kept with the import."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers

from crm.errors import InvalidInput
from crm.identifiers.text import clean_text
from crm.models import Company
from crm.tabular.date_order import DateOrder
from scoring.orders.bad_value import BadValue
from scoring.orders.layouts.options import ReadingOptions
from scoring.orders.layouts.reading import Overview
from scoring.orders.money import read_currency

DATE_ORDERS = {"day_first": DateOrder.DAY_FIRST, "month_first": DateOrder.MONTH_FIRST}


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """As typed; an empty text means the company's own, or not told."""

    platform: str = ""
    date_order: str = ""  # a key of DATE_ORDERS
    zone: str = ""
    currency: str = ""
    region: str = ""
    reported_at: datetime | None = None


def checked_options(
    options: ImportOptions, *, company: Company, overview: Overview
) -> dict[str, Any]:
    """The options as an import keeps them. Raises InvalidInput at the fields that are wrong."""
    found = {
        "platform": clean_text(options.platform).lower(),
        "date_order": options.date_order,
        "zone": options.zone or company.time_zone,
        "currency": _currency(options.currency) or company.currency,
        "region": clean_text(options.region).upper() or company.default_region,
        "reported_at": options.reported_at.isoformat() if options.reported_at else "",
    }
    wrong = {name: message for name, message in _wrong(found, overview) if message}
    if wrong:
        raise InvalidInput("Say how this file is to be read.", fields=wrong)
    return found


def reading_options(kept: Mapping[str, Any]) -> ReadingOptions:
    """The options of an import as its parser takes them."""
    reported_at = kept.get("reported_at")
    return ReadingOptions(
        zone=zoneinfo.ZoneInfo(kept["zone"]),
        currency=kept["currency"],
        platform=kept.get("platform", ""),
        date_order=DATE_ORDERS.get(kept.get("date_order", "")),
        reported_at=datetime.fromisoformat(reported_at) if reported_at else None,
    )


def _currency(typed: str) -> str:
    try:
        return read_currency(typed)
    except BadValue as error:
        raise InvalidInput.field("currency", error.message) from error


def _wrong(found: Mapping[str, str], overview: Overview) -> list[tuple[str, str]]:
    needs_platform = not overview.layout.platform and "platform" not in overview.fields
    return [
        (
            "platform",
            "Name the platform: the file does not say who sold these."
            if needs_platform and not found["platform"]
            else "At most 40 characters."
            if len(found["platform"]) > 40
            else "",
        ),
        (
            "date_order",
            "Say whether dates are D/M/Y or M/D/Y: this file has dates that can be read both ways."
            if overview.needs_date_order and found["date_order"] not in DATE_ORDERS
            else "",
        ),
        (
            "zone",
            ""
            if found["zone"] in zoneinfo.available_timezones()
            else "This is not a time zone such as Australia/Sydney.",
        ),
        (
            "region",
            ""
            if found["region"] in phonenumbers.SUPPORTED_REGIONS
            else "This is not a country such as AU, IN or US.",
        ),
    ]
