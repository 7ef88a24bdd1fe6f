"""What other systems are told of customers (docs/webhooks.md lists the events)."""

from collections.abc import Mapping
from typing import Any

from crm.change_events.registry import Change, Subject, describe, each, make_public
from customers.models import Customer, ProfileLink

CUSTOMER = Subject(
    kind="customer",
    model=Customer,
    customer="id",
    facts={"customer_id": "id", "code": "code"},
)
LINK = Subject(
    kind="link",
    model=ProfileLink,
    customer="customer_id",
    facts={"link_id": "id", "customer_id": "customer_id"},
)
TYPES = {
    "customer.created": "A customer was entered, imported or made from a lead or an order.",
    "customer.updated": "Something of a customer changed; `changed` names what.",
    "customer.merged": "Records were one person: `merged_ids` live on as `survivor_id`.",
    "customer.unmerged": "A merge was undone: `restored_ids` are customers of their own again.",
    "customer.deleted": "A customer was deleted: take it out of your lists.",
    "customer.restored": "A deleted customer is back.",
    "link.linked": "An app's profile found its customer; `previous_customer_id` had it before.",
    "link.unlinked": "An app's profile has no customer any more; `previous_customer_id` had it.",
}
# What of a customer changed, where the topic alone says it.
_CHANGED_BY_TOPIC = {
    "customer.phone_added": ["phones"],
    "customer.note_added": ["notes"],
    "customer.contact_shared": ["contact_points"],
    "customer.stages_advanced": ["lifecycle_stage"],
    "household.changed": ["household"],
}


def register_public_events() -> None:
    """Called in `AppConfig.ready()`."""
    describe(TYPES)
    readings = {
        "customer.created": each("customer.created", "customer_id"),
        "customer.backfilled": each("customer.created", "customer_ids"),
        "customer.updated": each("customer.updated", "customer_id", "changed"),
        "customer.merged": _merged,
        "customer.unmerged": _unmerged,
        "customer.deleted": each("customer.deleted", "customer_id"),
        "customer.restored": each("customer.restored", "customer_id"),
    }
    for topic, read in readings.items():
        make_public(topic, subject=CUSTOMER, read=read)
    for topic, changed in _CHANGED_BY_TOPIC.items():
        make_public(topic, subject=CUSTOMER, read=_Updated(changed))
    make_public("link.linked", subject=LINK, read=_linked)
    make_public("link.unlinked", subject=LINK, read=_unlinked)


class _Updated:
    """One or several customers of whom the same thing changed."""

    def __init__(self, changed: list[str]) -> None:
        self.changed = changed

    def __call__(self, payload: Mapping[str, Any]) -> list[Change]:
        ids = payload["customer_ids"] if "customer_ids" in payload else [payload["customer_id"]]
        data = {"changed": payload.get("changed", self.changed)}
        return [Change(type="customer.updated", subject_id=one, data=data) for one in ids]


def _merged(payload: Mapping[str, Any]) -> list[Change]:
    data = {
        "merge_id": payload["merge"],
        "survivor_id": payload["survivor"],
        "merged_ids": payload["merged"],
    }
    return [
        Change(
            type="customer.merged",
            subject_id=payload["survivor"],
            data=data,
            also=payload["merged"],
        )
    ]


def _unmerged(payload: Mapping[str, Any]) -> list[Change]:
    data = {
        "merge_id": payload["merge"],
        "survivor_id": payload["survivor"],
        "restored_ids": payload["restored"],
    }
    others = [one for one in payload["customer_ids"] if one != payload["survivor"]]
    return [
        Change(type="customer.unmerged", subject_id=payload["survivor"], data=data, also=others)
    ]


def _linked(payload: Mapping[str, Any]) -> list[Change]:
    return [_link_change("link.linked", payload, payload.get("previous_customer_id"))]


def _unlinked(payload: Mapping[str, Any]) -> list[Change]:
    return [_link_change("link.unlinked", payload, payload["customer_id"])]


def _link_change(type: str, payload: Mapping[str, Any], previous: Any) -> Change:
    return Change(
        type=type,
        subject_id=payload["link_id"],
        data={"previous_customer_id": previous} if previous else {},
        also=[previous] if previous else [],
    )
