"""What a machine must see, beside the score, before it merges two records without a person.

The score says how likely they are one person. Families, twins and namesakes reach high scores as
well, so there must be something that people hardly share: a private e-mail, the birthday, or a
phone of their own, with names that fit word for word. Everything else is left to people.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from django.db.models import Count

from crm.identifiers.text import fold, word_set
from customers.models import ContactPoint, Customer
from customers.models.contact_point import ContactKind
from customers.models.duplicate import PairRelation
from customers.selectors.alike_pairs import AlikePair, RecordFacts
from customers.selectors.binding_verdicts import bound_pairs

MERGED_OR_DELETED = "One of them is merged or deleted by now."
DECIDED = "People decided that they are different."
PROFILES = "They are linked to different profiles."
OTHER_RELATION = "The model takes them for something other than one person."
BIRTHDAYS = "Their birthdays differ."
NAMES = "Their names do not fit word for word."
NO_PROOF = "They share no private e-mail, no birthday and no phone of their own."

# A value that both list is private when nobody else does.
HOLDERS_OF_A_PRIVATE_VALUE = 2
_TITLES = word_set("mr mrs ms miss mx dr prof sir madam")
_SHARED_MAILBOXES = word_set(
    """
    accounts admin billing bookings contact enquiries enquiry events finance hello help hr info
    mail marketing membership members no-reply noreply office orders reception sales secretary
    service shop staff support team tickets webmaster
    """
)
Value = tuple[str, str]


def reasons_not_to_merge(pairs: Sequence[AlikePair]) -> list[str]:
    """Why each pair is left to people; empty for one that may be merged. Three queries."""
    bound = bound_pairs((pair.left.customer.pk, pair.right.customer.pk) for pair in pairs)
    holders = _holders(pairs)
    return [
        DECIDED
        if (pair.left.customer.pk, pair.right.customer.pk) in bound
        else reason_not_to_merge(pair, holders=holders)
        for pair in pairs
    ]


def reason_not_to_merge(pair: AlikePair, *, holders: Mapping[Value, int]) -> str:
    """The same for one pair that nobody decided about; `holders` counts who lists each value."""
    left, right = pair.left.customer, pair.right.customer
    if not (left.is_live and right.is_live):
        return MERGED_OR_DELETED
    if pair.has_different_profiles:
        return PROFILES
    if pair.candidate.relation != PairRelation.SAME:
        return OTHER_RELATION
    if left.birthday and right.birthday and left.birthday != right.birthday:
        return BIRTHDAYS
    if not names_fit(left, right):
        return NAMES
    private = any(
        holders.get(value, 0) <= HOLDERS_OF_A_PRIVATE_VALUE for value in _identifying(pair)
    )
    return "" if private or _same_real_birthday(left, right) else NO_PROOF


def names_fit(left: Customer, right: Customer) -> bool:
    """The same words, or all of the shorter name (two words at least) in the longer one.

    Words, not letters: twins are called Marie and Maria.
    """
    if left.name_is_placeholder or right.name_is_placeholder:
        return False
    one, other = _words(left), _words(right)
    if one == other:
        return bool(one)
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 2 and shorter < longer


def _words(customer: Customer) -> frozenset[str]:
    text = "".join(sign if sign.isalnum() else " " for sign in fold(customer.full_name))
    return frozenset(text.split()) - _TITLES


def _same_real_birthday(left: Customer, right: Customer) -> bool:
    """The first of January is what forms fill in for people who leave it out."""
    day = left.birthday
    return day is not None and day == right.birthday and (day.month, day.day) != (1, 1)


def _identifying(pair: AlikePair) -> set[Value]:
    """What both list and what can belong to one person; an extension is an office's."""
    return _values(pair.left) & _values(pair.right)


def _values(facts: RecordFacts) -> set[Value]:
    return {
        (point.kind, point.value)
        for point in chain(facts.phones, facts.emails)
        if not point.is_invalid and not point.extension and not _is_shared_mailbox(point)
    }


def _is_shared_mailbox(point: ContactPoint) -> bool:
    return point.kind == ContactKind.EMAIL and point.value.partition("@")[0] in _SHARED_MAILBOXES


def _holders(pairs: Iterable[AlikePair]) -> dict[Value, int]:
    wanted = set(chain.from_iterable(_identifying(pair) for pair in pairs))
    rows = (
        ContactPoint.objects.filter(
            kind__in=ContactKind.values, value__in={value for _, value in wanted}, is_live=True
        )
        .values("kind", "value")
        .annotate(holders=Count("customer"))
        .values_list("kind", "value", "holders")
    )
    return {(kind, value): holders for kind, value, holders in rows}
