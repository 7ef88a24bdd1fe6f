"""What the figures of an order say about its status."""

from decimal import Decimal

from scoring.models.order import OrderStatus

_WORDS = {
    OrderStatus.COMPLETE: "complete completed paid placed free success succeeded attending "
    "checkedin fulfilled confirmed",
    OrderStatus.PARTLY_REFUNDED: "partlyrefunded partiallyrefunded partialrefund",
    OrderStatus.REFUNDED: "refunded fullyrefunded refund",
    OrderStatus.CANCELLED: "cancelled canceled deleted void voided abandoned expired failed "
    "notattending declined",
    OrderStatus.PENDING: "pending unpaid incomplete started processing awaitingpayment reserved "
    "open draft",
}
_BY_WORD = {word: status for status, words in _WORDS.items() for word in words.split()}


def status_of_word(word: str) -> OrderStatus:
    """The status behind a platform's word, however it is spaced and cased; unknown ones stay so."""
    plain = "".join(character for character in word.lower() if character.isalpha())
    return _BY_WORD.get(plain, OrderStatus.UNKNOWN)


def settle_status(status: OrderStatus, *, gross: Decimal, refunded: Decimal) -> OrderStatus:
    """A paid order of which money went back is partly or wholly refunded, whatever it is called."""
    if status not in (OrderStatus.COMPLETE, OrderStatus.PARTLY_REFUNDED) or refunded <= 0:
        return status
    return OrderStatus.REFUNDED if refunded >= gross else OrderStatus.PARTLY_REFUNDED
