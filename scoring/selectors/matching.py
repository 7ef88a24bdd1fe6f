"""Whom a rule means: the checked tree of a rule becomes a query, and only from the closed list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact
from django.utils import timezone

from crm.models import Company
from customers.models import ConsentEvent, ContactPoint, Customer, CustomerTag
from customers.models.contact_point import ContactKind
from leads.models import Lead
from scoring.models import Order, RuleSet
from scoring.segments.fields import ACTIVITY_STATUSES, CONSENT_PREFIX, FIELDS, FieldType
from scoring.segments.rules import MOST_DAYS, Condition, Group

_COLUMNS: Mapping[str, str] = {
    **{
        name: f"engagement__{name}"
        for name in (
            "score", "recency", "frequency", "monetary", "orders", "tickets", "net", "gross",
            "band", "first_order_at", "last_order_at",
        )
    },
    "created_at": "created_at",
    "lifecycle_stage": "lifecycle_stage",
    "source": "origin",
    "quintile_segment": "quintile_score__segment",
    "city": "city",
    "postcode": "postcode",
    "country": "country",
}  # fmt: skip
_COMPARISONS = {"less_than": "lt", "at_most": "lte", "more_than": "gt", "at_least": "gte"}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The day a rule is asked on, in the company's zone, and the company's own thresholds."""

    company: Company
    today: date
    rule_set: RuleSet

    def midnight(self, day: date) -> datetime:
        """When a day of the company begins."""
        return datetime.combine(day, time.min, tzinfo=self.company.zone)

    def days_ago(self, days: int) -> datetime:
        """When the day began that was so many days before today."""
        return self.midnight(self.today - timedelta(days=min(days, MOST_DAYS)))


def moment_of(company: Company, *, now: datetime | None = None) -> Moment:
    """The present in the company's zone; one query for its rule set."""
    rule_set = RuleSet.objects.filter(company=company, is_active=True).first()
    return Moment(
        company=company,
        today=(now or timezone.now()).astimezone(company.zone).date(),
        rule_set=rule_set or RuleSet(),
    )


def matching_customers(rules: Group, moment: Moment) -> QuerySet[Customer]:
    """The live customers of the company that the rules mean."""
    customers = Customer.objects.live().filter(company=moment.company)
    return customers.filter(_group(rules, moment))


def _group(group: Group, moment: Moment) -> Q:
    wanted = Q()
    for part in group.parts:
        found = _group(part, moment) if isinstance(part, Group) else _condition(part, moment)
        wanted = wanted & found if group.every else wanted | found
    return wanted


def _condition(condition: Condition, moment: Moment) -> Q:
    name, op, value = condition.field, condition.op, condition.value
    if name in _SPECIAL:
        return _SPECIAL[name](op, value, moment)
    if name.startswith(CONSENT_PREFIX):
        return _consent(name.removeprefix(CONSENT_PREFIX), op, value)
    return _BY_TYPE[FIELDS[name].type](_COLUMNS[name], op, value, moment, name)


def _number(column: str, op: str, value: Any, moment: Moment, name: str) -> Q:
    if op == "between":
        return Q(**{f"{column}__gte": value[0], f"{column}__lte": value[1]})
    if op == "is_not":  # unlike NOT, this is false where there is no value
        return Q(**{f"{column}__lt": value}) | Q(**{f"{column}__gt": value})
    return Q(**{f"{column}__{_COMPARISONS.get(op, 'exact')}": value})


def _choice(column: str, op: str, value: Any, moment: Moment, name: str) -> Q:
    return Q(**{f"{column}__in": _chosen(FIELDS[name].choices, op, value)})


def _chosen(choices: tuple[str, ...], op: str, value: Any) -> list[str]:
    """The choices that an operator leaves."""
    named = set(value) if isinstance(value, tuple) else {value}
    return [choice for choice in choices if (choice in named) is (op in ("is", "in"))]


def _text(column: str, op: str, value: Any, moment: Moment, name: str) -> Q:
    if op == "is_empty":
        return Q(**{column: ""}) if value else ~Q(**{column: ""})
    if op == "is_not":
        return ~Q(**{f"{column}__iexact": value})
    lookup = {"is": "iexact", "contains": "icontains", "starts_with": "istartswith"}[op]
    return Q(**{f"{column}__{lookup}": value})


def _date(column: str, op: str, value: Any, moment: Moment, name: str) -> Q:
    """Days of the company, both ends of a span included; false where there is no date."""
    if op == "is_empty":
        return Q(**{f"{column}__isnull": value})
    if op == "between":
        after_last = moment.midnight(value[1] + timedelta(days=1))
        return Q(**{f"{column}__gte": moment.midnight(value[0]), f"{column}__lt": after_last})
    if op in ("at_most_days_ago", "more_than_days_ago"):
        lookup = "gte" if op == "at_most_days_ago" else "lt"
        return Q(**{f"{column}__{lookup}": moment.days_ago(value)})
    lookup = "lt" if op == "before" else "gte"
    return Q(**{f"{column}__{lookup}": moment.midnight(value)})


_BY_TYPE: Mapping[FieldType, Callable[[str, str, Any, Moment, str], Q]] = {
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.CHOICE: _choice,
    FieldType.TEXT: _text,
    FieldType.DATE: _date,
}


def _days_since(op: str, value: Any, moment: Moment) -> Q:
    """The difference of days in the company's zone (S1.5), asked as a span of moments."""
    if op == "is_not":
        return _days_since("less_than", value, moment) | _days_since("more_than", value, moment)
    fewest, most = _span(op, value)
    if most is not None and most < 0:
        return Q(pk__in=[])
    # An order in the future (clocks differ) was made today.
    wanted = Q(engagement__last_order_at__isnull=False)
    if fewest:
        wanted &= Q(engagement__last_order_at__lt=moment.days_ago(fewest - 1))
    if most is not None:
        wanted &= Q(engagement__last_order_at__gte=moment.days_ago(most))
    return wanted


def _span(op: str, value: Any) -> tuple[int, int | None]:
    """The fewest and the most days that an operator allows; None: no limit."""
    if op == "between":
        return value[0], value[1]
    spans: Mapping[str, tuple[int, int | None]] = {
        "is": (value, value),
        "less_than": (0, value - 1),
        "at_most": (0, value),
        "more_than": (value + 1, None),
        "at_least": (value, None),
    }
    return spans[op]


def _activity(op: str, value: Any, moment: Moment) -> Q:
    """S0.2, with the thresholds of the company's rule set."""
    rules = moment.rule_set
    active = moment.days_ago(rules.active_days)
    dormant = moment.days_ago(rules.dormant_days)
    new = moment.days_ago(rules.new_days)
    never = Q(engagement__last_order_at__isnull=True)
    last = "engagement__last_order_at"
    states = {
        "active": Q(**{f"{last}__gte": active}),
        "inactive": Q(**{f"{last}__lt": active, f"{last}__gte": dormant})
        | (never & Q(created_at__lt=new)),
        "dormant": Q(**{f"{last}__lt": dormant}),
        "new": never & Q(created_at__gte=new),
    }
    wanted = Q(pk__in=[])
    for state in _chosen(ACTIVITY_STATUSES, op, value):
        wanted |= states[state]
    return wanted


def _consent(channel: str, op: str, value: Any) -> Q:
    """The newest answer of the channel; unknown where nobody was asked."""
    answers = ConsentEvent.objects.filter(customer_id=OuterRef("pk"), channel=channel)
    newest = Subquery(answers.order_by("-happened_at", "-id").values("granted")[:1])
    states = {
        "yes": Q(Exact(newest, True)),
        "no": Q(Exact(newest, False)),
        "unknown": ~Q(Exists(answers)),
    }
    wanted = Q(pk__in=[])
    for state in _chosen(tuple(states), op, value):
        wanted |= states[state]
    return wanted


def _held(kind: ContactKind) -> Callable[[str, Any, Moment], Q]:
    def has(op: str, value: Any, moment: Moment) -> Q:
        held = ContactPoint.objects.filter(customer_id=OuterRef("pk"), kind=kind, is_invalid=False)
        return Q(Exists(held)) if value else ~Q(Exists(held))

    return has


def _region(op: str, value: Any, moment: Moment) -> Q:
    """The country as typed, else the company's own (as in customer_marketing_export)."""
    typed = ~Q(country="")
    home = moment.company.default_region
    if op == "is_empty":
        return Q(pk__in=[]) if value else Q(pk__isnull=False)
    if op == "is_not":
        return ~_region("is", value, moment)
    same = {
        "is": home.lower() == value.lower(),
        "contains": value.lower() in home.lower(),
        "starts_with": home.lower().startswith(value.lower()),
    }[op]
    of_typed = typed & _text("country", op, value, moment, "country")
    return of_typed | Q(country="") if same else of_typed


def _bought(column: str) -> Callable[[str, Any, Moment], Q]:
    """Among the orders that count."""

    def bought(op: str, value: Any, moment: Moment) -> Q:
        lookup = "iexact" if op in ("is", "is_not") else "icontains"
        orders = Order.objects.filter(
            customer_id=OuterRef("pk"), is_counted=True, **{f"{column}__{lookup}": value}
        )
        return ~Q(Exists(orders)) if op in ("is_not", "contains_not") else Q(Exists(orders))

    return bought


def _tag(op: str, value: Any, moment: Moment) -> Q:
    tags = CustomerTag.objects.filter(customer_id=OuterRef("pk"))
    if op in ("is", "is_not"):
        tags = tags.filter(tag__name__iexact=value)
    else:
        tags = tags.filter(tag__name__icontains=value)
    return ~Q(Exists(tags)) if op in ("is_not", "contains_not") else Q(Exists(tags))


def _open_lead(op: str, value: Any, moment: Moment) -> Q:
    leads = Lead.objects.open().filter(customer_id=OuterRef("pk"))
    return Q(Exists(leads)) if value else ~Q(Exists(leads))


def _open_lead_branch(op: str, value: Any, moment: Moment) -> Q:
    leads = Lead.objects.open().filter(customer_id=OuterRef("pk"), branch_id=value)
    return ~Q(Exists(leads)) if op == "is_not" else Q(Exists(leads))


_SPECIAL: Mapping[str, Callable[[str, Any, Moment], Q]] = {
    "days_since_last_order": _days_since,
    "activity_status": _activity,
    "has_email": _held(ContactKind.EMAIL),
    "has_phone": _held(ContactKind.PHONE),
    "region": _region,
    "platform": _bought("platform"),
    "event_name": _bought("event_name"),
    "tag": _tag,
    "has_open_lead": _open_lead,
    "open_lead_branch": _open_lead_branch,
}
