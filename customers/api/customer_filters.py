"""The list of customers: its filters and its orders, both closed."""

import django_filters
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Lower
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crm.actors import Actor
from crm.api.query import filter_names, filtered
from crm.errors import Forbidden
from crm.paging import Ordering
from crm.roles import Action
from customers.models import Customer, CustomerTag
from customers.models.customer import LifecycleStage, Origin, RecordState
from customers.selectors.lists import DEFAULT_ORDERING, ORDERINGS
from customers.selectors.search import customers_matching

MOST_FOUND = 200


class CustomerFilter(django_filters.FilterSet):
    """What the list of customers is narrowed to. Moments say their zone; `before` is exclusive."""

    stage = django_filters.ChoiceFilter(
        field_name="lifecycle_stage", choices=LifecycleStage.choices
    )
    origin = django_filters.ChoiceFilter(choices=Origin.choices)
    state = django_filters.ChoiceFilter(
        field_name="record_state",
        choices=RecordState.choices,
        help_text="Without it, active ones. Others need the scope customers:delete.",
    )
    tag = django_filters.CharFilter(
        method="tagged", max_length=60, help_text="A tag's name; upper and lower case are one."
    )
    created_from = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    updated_from = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    updated_before = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="lt")
    active_from = django_filters.IsoDateTimeFilter(field_name="last_activity_at", lookup_expr="gte")
    active_before = django_filters.IsoDateTimeFilter(
        field_name="last_activity_at", lookup_expr="lt"
    )

    def tagged(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        """Those that have the tag."""
        tags = CustomerTag.objects.annotate(folded=Lower("tag__name"))
        return rows.filter(
            Exists(tags.filter(customer_id=OuterRef("pk"), folded=Lower(Value(value))))
        )


FILTERS = frozenset(filter_names(CustomerFilter))


def customers_asked(request: Request, actor: Actor) -> "QuerySet[Customer]":
    """The customers that the filters and `q` leave. Raises ValidationError, Forbidden.

    `q` is the search box: the best 200 that it finds are filtered and sorted like any others.
    """
    actor.require(Action.FIND_CUSTOMERS)
    rows: QuerySet[Customer] = Customer.objects.filter(company_id=actor.company.pk)
    state = request.query_params.get("state", "")
    if not state:
        rows = rows.filter(record_state=RecordState.ACTIVE)
    # The form behind the filters costs as much as the page: most ask without any.
    if not FILTERS.isdisjoint(request.query_params):
        rows = filtered(request, rows, CustomerFilter)
    if state not in ("", RecordState.ACTIVE) and not actor.may(Action.DELETE_CUSTOMER):
        raise Forbidden(
            "This key cannot see merged or deleted customers.", code="insufficient_scope"
        )
    if q := request.query_params.get("q", ""):
        rows = rows.filter(pk__in=customers_matching(actor=actor, text=q, limit=MOST_FOUND))
    return rows


def ordering_asked(request: Request) -> Ordering:
    """The order of the list. Raises ValidationError at `ordering`."""
    name = request.query_params.get("ordering", DEFAULT_ORDERING)
    if name not in ORDERINGS:
        raise ValidationError({"ordering": [f"One of {', '.join(sorted(ORDERINGS))}."]})
    return ORDERINGS[name]
