"""What a company of the demo needs to sell: rules, rates, accounts at platforms, their notices."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from crm.demo.businesses import Business
from crm.demo.score_history import rules_of
from crm.demo.shops import SHOPS
from crm.inbox import path_secrets
from crm.management.new_company import OWNER
from crm.models import Company, InboundDelivery, InboundSource
from crm.models.inbound_delivery import DeliveryState
from scoring.models import ExchangeRate, PulledPlatform, TicketAccount

_BY = "load_demo"
_NOTICES = (
    ("order.placed", DeliveryState.PROCESSED, 3),
    ("order.updated", DeliveryState.PROCESSED, 9),
    ("order.refunded", DeliveryState.PROCESSED, 27),
    ("barcode.checked_in", DeliveryState.IGNORED, 31),
    ("order.placed", DeliveryState.DEAD, 52),
)
_WHY = {
    DeliveryState.IGNORED: "Nothing is kept of barcode.checked_in.",
    DeliveryState.DEAD: "The account is not in use. Then replay this delivery.",
}


def equip(company: Company, business: Business, now: datetime) -> None:
    """Write all of it as the owner, before the first customer: their scores begin by these rules.

    Nothing of it reaches out: accounts are inactive and have no token, and nobody knows the secret
    of the source.
    """
    shop = SHOPS[business.slug]
    if shop.monetary:
        rules = rules_of(business.slug)
        rules.company, rules.version, rules.is_active = company, 1, True
        rules.name, rules.created_by = f"Limits in {company.currency}", _BY
        rules.activated_at = now
        rules.save(using=OWNER, force_insert=True)
    zone = ZoneInfo(company.time_zone)
    ExchangeRate.objects.using(OWNER).bulk_create(
        ExchangeRate(
            company=company,
            currency=shop.foreign_currency,
            rate=Decimal(rate),
            valid_from=datetime.combine(date(year, 1, 1), time(), tzinfo=zone).date(),
        )
        for year, rate in shop.rates
    )
    sold_on = {name for name, _ in shop.platforms}
    for platform in PulledPlatform:
        if platform.value in sold_on:
            TicketAccount.objects.using(OWNER).create(
                company=company, platform=platform, name="Main", is_active=False
            )
    if PulledPlatform.EVENTBRITE.value in sold_on:
        _receive_notices(company, now.astimezone(UTC))


def _receive_notices(company: Company, now: datetime) -> None:
    source = InboundSource.objects.using(OWNER).create(
        company=company,
        kind=PulledPlatform.EVENTBRITE.value,
        name="Eventbrite notices",
        is_active=False,
        secret_digest=path_secrets.digest(path_secrets.new_secret()),
    )
    InboundDelivery.objects.using(OWNER).bulk_create(
        _delivery(company, source, place, now) for place in range(len(_NOTICES))
    )


def _delivery(
    company: Company, source: InboundSource, place: int, now: datetime
) -> InboundDelivery:
    action, state, hours_ago = _NOTICES[place]
    at = now - timedelta(hours=hours_ago)
    address = f"https://www.eventbriteapi.com/v3/orders/{7_000_000_000 + place}/"
    body = {"api_url": address, "config": {"action": action, "webhook_id": "1844301"}}
    is_done = state is DeliveryState.PROCESSED
    return InboundDelivery(
        company=company,
        source=source,
        external_key=f"{action} orders/{7_000_000_000 + place}",
        received_at=at,
        method="POST",
        headers={"user-agent": "Eventbrite Hookshot"},
        content_type="application/json",
        body=json.dumps(body).encode(),
        state=state,
        attempts=1,
        due_at=at,
        processed_at=at + timedelta(seconds=2),
        error=_WHY.get(state, ""),
        result={"outcome": "unchanged"} if is_done else {},
        parser_version=1,
    )
