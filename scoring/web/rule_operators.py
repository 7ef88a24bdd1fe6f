"""How people choose and read the operators of segment rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from customers.models.consent import ConsentChannel
from customers.models.customer import LifecycleStage, Origin
from scoring.models import Band, QuintileSegment
from scoring.segments.fields import CONSENT_PREFIX, FIELDS, FieldType

FEW_DAYS = ("at_most_days_ago", "more_than_days_ago")


@dataclass(frozen=True)
class Offer:
    """An operator as the form offers it; `op` is the language's own word.

    The form tells “is known” from “is not known” (`flag`), which are one operator of the language.
    """

    op: str
    label: str
    flag: bool | None = None

    @property
    def key(self) -> str:
        """What the form sends."""
        return self.op if self.flag is None else f"{self.op}:{'yes' if self.flag else 'no'}"


_COMPARED = (
    Offer("at_least", "is at least"),
    Offer("at_most", "is at most"),
    Offer("more_than", "is more than"),
    Offer("less_than", "is less than"),
    Offer("between", "is between"),
    Offer("is", "is exactly"),
    Offer("is_not", "is not"),
)
_KNOWN = (Offer("is_empty", "is not known", True), Offer("is_empty", "is known", False))
OFFERS: Mapping[FieldType, tuple[Offer, ...]] = {
    FieldType.NUMBER: _COMPARED,
    FieldType.MONEY: _COMPARED,
    FieldType.CHOICE: (Offer("in", "is one of"), Offer("not_in", "is none of")),
    FieldType.TEXT: (
        Offer("is", "is"),
        Offer("is_not", "is not"),
        Offer("contains", "contains"),
        Offer("starts_with", "begins with"),
        *_KNOWN,
    ),
    FieldType.FLAG: (Offer("is", "is"),),
    FieldType.DATE: (
        Offer("at_most_days_ago", "at most so many days ago"),
        Offer("more_than_days_ago", "more than so many days ago"),
        Offer("before", "before the day"),
        Offer("on_or_after", "on the day or after"),
        Offer("between", "between the days"),
        *_KNOWN,
    ),
    FieldType.WORDS: (
        Offer("is", "is"),
        Offer("is_not", "is never"),
        Offer("contains", "contains"),
        Offer("contains_not", "never contains"),
    ),
    FieldType.BRANCHES: (Offer("is", "is"), Offer("is_not", "is not")),
}
HINTS: Mapping[FieldType, str] = {
    FieldType.NUMBER: "A number; for between: 10 to 20",
    FieldType.MONEY: "An amount; for between: 100 to 250.50",
    FieldType.DATE: "Days such as 30, or a day such as 2026-03-31",
}
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "band": dict(Band.choices),
    "quintile_segment": dict(QuintileSegment.choices),
    "lifecycle_stage": dict(LifecycleStage.choices),
    "source": dict(Origin.choices),
}
FIELD_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Score", ("score", "band", "recency", "frequency", "monetary", "quintile_segment")),
    (
        "Orders",
        (
            "orders", "tickets", "net", "gross", "days_since_last_order", "last_order_at",
            "first_order_at", "platform", "event_name",
        ),
    ),
    (
        "Person",
        (
            "activity_status", "lifecycle_stage", "tag", "source", "created_at", "has_email",
            "has_phone", "city", "postcode", "country", "region",
        ),
    ),
    ("Consent", tuple(f"{CONSENT_PREFIX}{channel}" for channel in ConsentChannel.values)),
    ("Leads", ("has_open_lead", "open_lead_branch")),
)  # fmt: skip


def choice_label(field: str, value: str) -> str:
    """A choice as people read it."""
    return _CHOICES.get(field, {}).get(value, value.replace("_", " ").capitalize())


def field_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All fields in groups, for a select."""
    return [
        (group, [(name, FIELDS[name].label) for name in names]) for group, names in FIELD_GROUPS
    ]
