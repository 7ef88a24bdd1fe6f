"""What a rule may ask about: a closed list of fields, each with a type and its operators."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from customers.models.consent import ConsentChannel
from customers.models.customer import LifecycleStage, Origin
from scoring.models.engagement import Band

CONSENT_PREFIX = "consent_"
# S0.5, in the order of their tests there.
QUINTILE_SEGMENTS = (
    "champions",
    "loyal",
    "potential",
    "new",
    "at_risk",
    "cant_lose",
    "lost",
    "others",
)
ACTIVITY_STATUSES = ("active", "inactive", "dormant", "new")
CONSENT_STATES = ("yes", "no", "unknown")


class FieldType(StrEnum):
    """What sort of value a field has."""

    NUMBER = "a whole number"
    MONEY = "an amount"
    CHOICE = "one of a list"
    TEXT = "a text"
    FLAG = "true or false"
    DATE = "a day"
    WORDS = "several texts"
    BRANCHES = "branches"


OPERATORS: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.NUMBER: (
        "is", "is_not", "less_than", "at_most", "more_than", "at_least", "between",
    ),
    FieldType.MONEY: (
        "is", "is_not", "less_than", "at_most", "more_than", "at_least", "between",
    ),
    FieldType.CHOICE: ("is", "is_not", "in", "not_in"),
    FieldType.TEXT: ("is", "is_not", "contains", "starts_with", "is_empty"),
    FieldType.FLAG: ("is",),
    FieldType.DATE: (
        "before", "on_or_after", "between", "at_most_days_ago", "more_than_days_ago", "is_empty",
    ),
    FieldType.WORDS: ("is", "is_not", "contains", "contains_not"),
    FieldType.BRANCHES: ("is", "is_not"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RuleField:
    """One thing to ask about. `choices` is empty unless the type is a choice."""

    label: str
    type: FieldType
    choices: tuple[str, ...] = ()


def _choice(label: str, choices: tuple[str, ...]) -> RuleField:
    return RuleField(label=label, type=FieldType.CHOICE, choices=choices)


def _of(field_type: FieldType, **labels: str) -> dict[str, RuleField]:
    return {name: RuleField(label=label, type=field_type) for name, label in labels.items()}


FIELDS: Mapping[str, RuleField] = {
    **_of(
        FieldType.NUMBER,
        score="Score",
        recency="Recency points",
        frequency="Frequency points",
        monetary="Monetary points",
        orders="Orders",
        tickets="Tickets",
        days_since_last_order="Days since the last order",
    ),
    **_of(FieldType.MONEY, net="Spent, net", gross="Spent, gross"),
    **_of(
        FieldType.DATE,
        first_order_at="First order",
        last_order_at="Last order",
        created_at="Added",
    ),
    "band": _choice("Band", tuple(Band.values)),
    "activity_status": _choice("Activity", ACTIVITY_STATUSES),
    "quintile_segment": _choice("Quintile segment", QUINTILE_SEGMENTS),
    "lifecycle_stage": _choice("Stage", tuple(LifecycleStage.values)),
    "source": _choice("Came by", tuple(Origin.values)),
    **{
        f"{CONSENT_PREFIX}{channel}": _choice(f"Consent: {label}", CONSENT_STATES)
        for channel, label in ConsentChannel.choices
    },
    **_of(
        FieldType.WORDS,
        platform="Bought on platform",
        event_name="Bought for event",
        tag="Tag",
    ),
    **_of(FieldType.TEXT, city="City", postcode="Postcode", country="Country", region="Region"),
    **_of(
        FieldType.FLAG,
        has_email="Has an e-mail",
        has_phone="Has a phone",
        has_open_lead="Has an open lead",
    ),
    "open_lead_branch": RuleField(label="Open lead at branch", type=FieldType.BRANCHES),
}
