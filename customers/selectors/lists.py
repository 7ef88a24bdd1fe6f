"""Lists of customers: closed filters, closed orderings, any depth at the same cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from crm.actors import Actor
from crm.errors import Forbidden, InvalidInput
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.models import ContactPoint, Customer, CustomerTag
from customers.models.contact_point import ContactKind
from customers.models.customer import LifecycleStage, Origin, RecordState

ORDERINGS: Mapping[str, Ordering] = {
    "activity": Ordering("activity", "last_activity_at", descending=True),
    "name": Ordering("name", "name_sort"),
    "created": Ordering("created", "created_at", descending=True),
}
DEFAULT_ORDERING = "activity"
MOST_COUNTED = 1001


@dataclass(frozen=True, kw_only=True)
class CustomerFilters:
    """What the list is narrowed to; an empty value does not narrow. Days are the company's."""

    stage: str = ""
    tag_id: UUID | None = None
    origin: str = ""
    has_phone: bool | None = None
    has_email: bool | None = None
    created_from: date | None = None
    created_to: date | None = None
    active_from: date | None = None
    active_to: date | None = None
    state: str = RecordState.ACTIVE


def list_customers(
    *,
    actor: Actor,
    filters: CustomerFilters | None = None,
    ordering: str = DEFAULT_ORDERING,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Page[Customer]:
    """One page in three queries at most; each row has `primary_phone` and `primary_email` (texts).

    Raises InvalidInput for a value that is not on its list and for a damaged cursor, Forbidden for
    merged and deleted records where the role cannot restore them.
    """
    actor.require(Action.FIND_CUSTOMERS)
    if ordering not in ORDERINGS:
        raise InvalidInput.field("ordering", "Choose one of the orders on the list.")
    rows: QuerySet[Customer] = filtered_customers(
        actor, filters or CustomerFilters()
    ).prefetch_related(
        Prefetch(
            "contact_points",
            queryset=ContactPoint.objects.filter(is_primary=True),
            to_attr="primary_points",
        )
    )
    page = paginate(rows, ordering=ORDERINGS[ordering], cursor=cursor, size=size)
    for customer in page.rows:
        values = {point.kind: point.value for point in customer.primary_points}  # type: ignore[attr-defined]
        customer.primary_phone = values.get(ContactKind.PHONE, "")  # type: ignore[attr-defined]
        customer.primary_email = values.get(ContactKind.EMAIL, "")  # type: ignore[attr-defined]
    return page


def count_up_to(
    *, actor: Actor, filters: CustomerFilters | None = None, most: int = MOST_COUNTED
) -> int:
    """How many there are; `most` stands for “that many or more”, because counting all is slow."""
    actor.require(Action.FIND_CUSTOMERS)
    rows: QuerySet[Customer] = filtered_customers(actor, filters or CustomerFilters())
    return rows.order_by().values("pk")[:most].count()


def filtered_customers(actor: Actor, filters: CustomerFilters) -> QuerySet[Customer]:
    """The customers that the filters leave, unsorted; for lists and exports.

    Raises InvalidInput and Forbidden as `list_customers`.
    """
    _check(actor, filters)
    rows = Customer.objects.filter(
        company_id=actor.company.pk, record_state=filters.state or RecordState.ACTIVE
    )
    if filters.stage:
        rows = rows.filter(lifecycle_stage=filters.stage)
    if filters.origin:
        rows = rows.filter(origin=filters.origin)
    if filters.tag_id is not None:
        tagged = CustomerTag.objects.filter(customer_id=OuterRef("pk"), tag_id=filters.tag_id)
        rows = rows.filter(Exists(tagged))
    for kind, wanted in (
        (ContactKind.PHONE, filters.has_phone),
        (ContactKind.EMAIL, filters.has_email),
    ):
        if wanted is not None:
            held = Exists(ContactPoint.objects.filter(customer_id=OuterRef("pk"), kind=kind))
            rows = rows.filter(held if wanted else ~held)
    created = _days(actor, "created_at", filters.created_from, filters.created_to)
    active = _days(actor, "last_activity_at", filters.active_from, filters.active_to)
    return rows.filter(created, active)


def _days(actor: Actor, field: str, first: date | None, last: date | None) -> Q:
    """Both days included; a day begins and ends in the company's time zone."""
    wanted = Q()
    if first is not None:
        wanted &= Q(**{f"{field}__gte": _midnight(actor, first)})
    if last is not None and last < date.max:
        wanted &= Q(**{f"{field}__lt": _midnight(actor, last + timedelta(days=1))})
    return wanted


def _midnight(actor: Actor, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=actor.company.zone)


def _check(actor: Actor, filters: CustomerFilters) -> None:
    closed = (
        ("stage", filters.stage, LifecycleStage.values),
        ("origin", filters.origin, Origin.values),
        ("state", filters.state, RecordState.values),
    )
    for field, value, choices in closed:
        if value and value not in choices:
            raise InvalidInput.field(field, "Choose one of the values on the list.")
    for field, first, last in (
        ("created_to", filters.created_from, filters.created_to),
        ("active_to", filters.active_from, filters.active_to),
    ):
        if first and last and last < first:
            raise InvalidInput.field(field, "The last day lies before the first.")
    if filters.state not in ("", RecordState.ACTIVE) and not actor.may(Action.DELETE_CUSTOMER):
        raise Forbidden("Your role cannot see merged or deleted customers.")
