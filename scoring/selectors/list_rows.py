"""The lists that people take out as files: which columns there are, and how their rows are read.

Rows are read in a transaction of their own while the file is written, a few thousand at a time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from crm.actors import Actor
from crm.exports.columns import Column
from crm.roles import Action
from crm.tenancy import use_company
from customers.models import ContactPoint
from customers.models.contact_point import ContactKind
from customers.models.customer import RecordState
from customers.selectors.lists import CustomerFilters, filtered_customers
from scoring.models import Order, Segment, SegmentMember
from scoring.orders.words import status_words
from scoring.selectors.ranking import ORDERINGS, RankingFilters, ranked
from scoring.selectors.segments import MEMBERS

CHUNK = 2000
Rows = QuerySet[Any]


@dataclass(frozen=True)
class ListExport:
    """One list: its name for people, its columns, and the columns that are chosen at first."""

    title: str
    columns: Mapping[str, Column]
    at_first: tuple[str, ...]


def _of(titles: Mapping[str, str]) -> dict[str, Column]:
    return {
        path.replace(".", "_"): Column(title, attrgetter(path)) for path, title in titles.items()
    }


def _point(kind: str, person: Callable[[Any], Any]) -> Callable[[Any], str]:
    def value(row: Any) -> str:
        points = person(row).primary_points
        return next((point.value for point in points if point.kind == kind), "")

    return value


def _person_columns(path: str) -> dict[str, Column]:
    """Who it is; `path` leads from the row to the customer."""
    person: Callable[[Any], Any] = attrgetter(path) if path else lambda row: row
    prefix = f"{path}." if path else ""
    return {
        "code": Column("Code", attrgetter(f"{prefix}code")),
        "name": Column("Name", attrgetter(f"{prefix}full_name")),
        "given_name": Column("First Name", attrgetter(f"{prefix}given_name")),
        "family_name": Column("Last Name", attrgetter(f"{prefix}family_name")),
        "email": Column("Email", _point(ContactKind.EMAIL, person)),
        "phone": Column("Phone", _point(ContactKind.PHONE, person)),
        "city": Column("City", attrgetter(f"{prefix}city")),
        "postcode": Column("Postcode", attrgetter(f"{prefix}postcode")),
        "country": Column("Country", attrgetter(f"{prefix}country")),
        "stage": Column("Stage", lambda row: person(row).get_lifecycle_stage_display()),
        "origin": Column("Source", lambda row: person(row).get_origin_display()),
        "created_at": Column("Created At", attrgetter(f"{prefix}created_at")),
    }


def _worth_columns(path: str) -> dict[str, Column]:
    """What they are worth; `path` leads from the row to the engagement."""
    prefix = f"{path}." if path else ""
    titles = {
        "score": "Score",
        "band": "Band",
        "recency": "Recency",
        "frequency": "Frequency",
        "monetary": "Monetary",
        "orders": "Total Orders",
        "tickets": "Tickets",
        "net": "Total Spent",
        "gross": "Gross",
        "first_order_at": "First Order Date",
        "last_order_at": "Last Order Date",
    }
    return {name: Column(title, attrgetter(prefix + name)) for name, title in titles.items()}


_PERSON_FIRST = ("code", "name", "email", "phone")
_WORTH_FIRST = ("score", "band", "orders", "net", "last_order_at")
LISTS: Mapping[str, ListExport] = {
    "customers": ListExport(
        "Customers",
        _person_columns("") | _worth_columns("engagement"),
        (*_PERSON_FIRST, "stage", "city", "created_at"),
    ),
    "ranking": ListExport(
        "Customers by score",
        _person_columns("customer") | _worth_columns(""),
        (*_PERSON_FIRST, *_WORTH_FIRST),
    ),
    "members": ListExport(
        "Members of a segment",
        _person_columns("customer")
        | _worth_columns("customer.engagement")
        | {
            "how": Column("How", lambda row: row.get_how_display()),
            "since": Column("Member since", attrgetter("since")),
        },
        (*_PERSON_FIRST, *_WORTH_FIRST, "since"),
    ),
    "orders": ListExport(
        "Orders",
        _of(
            {
                "platform": "Platform",
                "external_id": "Order id",
                "reference": "Order",
                "ordered_at": "Ordered",
                "event_name": "Event",
                "event_at": "Event date",
                "venue": "Venue",
                "tickets": "Tickets",
                "currency": "Currency",
                "gross": "Gross",
                "refunded": "Refunded",
                "net": "Net",
                "scored_net": "Net, company currency",
                "is_counted": "Counts for the score",
                "discount_code": "Discount code",
                "buyer_name": "Buyer",
                "buyer_email": "Buyer e-mail",
                "buyer_phone": "Buyer phone",
            }
        )
        | {
            "status": Column("Status", status_words),
            "customer": Column("Customer", lambda row: row.customer.code if row.customer else ""),
        },
        (
            "platform", "reference", "ordered_at", "event_name", "status", "tickets", "currency",
            "gross", "net", "customer", "buyer_name",
        ),
    ),
}  # fmt: skip


def customer_rows(actor: Actor, filters: CustomerFilters) -> Rows:
    """The list of all customers, newest first."""
    rows = filtered_customers(actor, filters).select_related("engagement")
    return rows.prefetch_related(_points("contact_points")).order_by("-created_at", "-pk")


def ranking_rows(actor: Actor, filters: RankingFilters, ordering: str) -> Rows:
    """The list of customers by worth, in its order."""
    rows = ranked(actor=actor, filters=filters, ordering=ordering).select_related("customer")
    sorted_rows = rows.order_by(*ORDERINGS[ordering].sorting(False))
    return sorted_rows.prefetch_related(_points("customer__contact_points"))


def member_rows(segment: Segment) -> Rows:
    """The members of a segment."""
    rows = SegmentMember.objects.filter(
        segment=segment, how__in=MEMBERS, customer__record_state=RecordState.ACTIVE
    )
    related = rows.select_related("customer__engagement").order_by("-since", "-pk")
    return related.prefetch_related(_points("customer__contact_points"))


def order_rows(actor: Actor) -> Rows:
    """All orders that were not removed, newest first."""
    rows = Order.objects.filter(company=actor.company, removed_at__isnull=True).defer("raw")
    return rows.select_related("customer").order_by("-ordered_at", "-pk")


def read_rows(actor: Actor, rows: Rows) -> Iterator[Model]:
    """The rows one after the other. Raises Forbidden when called, not later."""
    actor.require(Action.EXPORT)
    return _read(actor, rows)


def _read(actor: Actor, rows: Rows) -> Iterator[Model]:
    with use_company(actor.company.pk):
        yield from rows.iterator(chunk_size=CHUNK)


def _points(path: str) -> Prefetch:
    return Prefetch(
        path, queryset=ContactPoint.objects.filter(is_primary=True), to_attr="primary_points"
    )
