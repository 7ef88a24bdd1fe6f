"""One order of a batch on its way into the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.models import Company
from customers.services.buyer_reading import IncomingBuyer
from customers.services.resolve_buyers import ResolvedBuyer
from scoring.models import LinkMethod, Order, OrderStatus, Removal, ReviewState
from scoring.orders.flags import reasons_to_review
from scoring.orders.order_data import OrderData
from scoring.orders.standing import FIGURES, Standing, content_of, standing_of
from scoring.services.order_report import UpsertOutcome
from scoring.services.order_versions import values_of
from scoring.services.rate_table import RateTable


@dataclass(eq=False)
class Draft:
    """The record, and what the batch did with it. `before` is None for a new one."""

    order: Order
    is_new: bool
    before: dict[str, Any] | None = None
    is_changed: bool = False
    is_only_confirmed: bool = False  # a later version says the same: its time is all that is new
    is_refunded: bool = False
    latest: OrderData | None = None
    seen_at: datetime | None = field(default=None)

    def take(self, data: OrderData, *, rates: RateTable, now: datetime) -> UpsertOutcome:
        """Let a version in, if it stands. Versions of one order come one after the other."""
        if self.is_new and not self.is_changed:
            self._write(data, rates=rates, now=now)
            return UpsertOutcome.CREATED
        comes_back = self.order.removed_by == Removal.UNDO
        standing = Standing.NEWER if comes_back else standing_of(data, self.order)
        if standing is Standing.OLDER:
            return UpsertOutcome.OLDER
        if standing is Standing.SAME:
            if data.changed_at > self.order.changed_at:
                self.order.changed_at, self.order.raw = data.changed_at, data.raw
                self.is_only_confirmed = not self.is_changed
            return UpsertOutcome.UNCHANGED
        if self.before is None and not self.is_new:
            self.before = values_of(self.order)
        if comes_back:
            self.order.removed_at, self.order.removed_by = None, ""
        self._write(data, rates=rates, now=now)
        return UpsertOutcome.CREATED if comes_back else UpsertOutcome.UPDATED

    @property
    def wants_customer(self) -> bool:
        """Whether the buyer is to be looked up: never where a person has decided."""
        if not self.is_changed or self.order.link_method == LinkMethod.HAND:
            return False
        if self.order.customer_id is None or self.latest is None or self.before is None:
            return True
        is_other_buyer = any(
            getattr(self.order, name) != self.before[name]
            for name in ("buyer_email", "buyer_phone")
        )
        return is_other_buyer or bool(self.latest.marketing_opt_in)

    def buyer(self) -> IncomingBuyer:
        """The buyer as the look-up takes them."""
        assert self.latest is not None
        buyer = self.latest.buyer
        return IncomingBuyer(
            at=self.order.ordered_at,
            system=self.order.platform,
            external_id=buyer.external_id,
            name=self.order.buyer_name,
            given_name=buyer.first_name,
            family_name=buyer.last_name,
            email=self.order.buyer_email,
            phone=self.order.buyer_phone,
            marketing_opt_in=bool(self.latest.marketing_opt_in),
        )

    def link(self, found: ResolvedBuyer) -> None:
        """Take the answer of the look-up; one that found nobody unlinks nothing."""
        self.order.buyer_email_key, self.order.buyer_phone_key = found.email, found.phone
        if found.customer_id is not None or self.order.customer_id is None:
            if found.customer_id == self.order.customer_id and self.order.link_method:
                return
            self.order.customer_id = found.customer_id
            self.order.link_method = LinkMethod(found.match.value)

    def _write(self, data: OrderData, *, rates: RateTable, now: datetime) -> None:
        order = self.order
        had = {name: getattr(order, name) for name in FIGURES}
        for name, value in content_of(data, order).items():
            setattr(order, name, value)
        order.changed_at, order.raw = data.changed_at, data.raw
        self.is_changed, self.is_only_confirmed, self.latest = True, False, data
        if not self.is_new and _gave_back(had, order):
            self.is_refunded = True
        value_order(order, rates=rates)
        review_order(order, now=now, same_figures=not self.is_new and _figures(order) == had)


def new_draft(company: Company, data: OrderData) -> Draft:
    """The draft of an order that is not known yet; it still has to `take` its first version."""
    order = Order(company=company, platform=data.platform, external_id=data.external_id)
    return Draft(order=order, is_new=True)


def value_order(order: Order, *, rates: RateTable) -> None:
    """What the order is worth in the company's currency, by the rate of its day."""
    order.scored_gross = rates.convert(order.gross, order.currency, order.ordered_at)
    order.scored_net = rates.convert(order.net, order.currency, order.ordered_at)


def review_order(order: Order, *, now: datetime, same_figures: bool) -> None:
    """Flag what is doubtful. A confirmation holds as long as the figures are the same."""
    order.review_reasons = reasons_to_review(
        status=order.status,
        currency=order.currency,
        gross=order.gross,
        refunded=order.refunded,
        net=order.net,
        scored_gross=order.scored_gross,
        ordered_at=order.ordered_at,
        now=now,
    )
    if order.review == ReviewState.CONFIRMED and same_figures:
        return
    order.review = ReviewState.FLAGGED if order.review_reasons else ReviewState.FINE


def _figures(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in FIGURES}


def _gave_back(had: dict[str, Any], order: Order) -> bool:
    over = (OrderStatus.REFUNDED, OrderStatus.CANCELLED)
    return order.refunded > had["refunded"] or (order.status in over and had["status"] not in over)
