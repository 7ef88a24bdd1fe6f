"""What other systems are told of leads (docs/webhooks.md lists the events)."""

from collections.abc import Mapping
from typing import Any

from crm.change_events.registry import Change, Subject, describe, make_public
from leads.models import Lead

LEAD = Subject(
    kind="lead",
    model=Lead,
    customer="customer_id",
    facts={"lead_id": "id", "customer_id": "customer_id", "status": "status"},
)
TYPES = {
    "lead.created": "A lead was logged or came in.",
    "lead.updated": "Something of a lead changed; `changed` names what.",
    "lead.status_changed": "A lead moved to another status (`status`).",
    "lead.assigned": "A lead was given to somebody, or taken from them.",
    "lead.linked": "A lead found its customer.",
}


def register_public_events() -> None:
    """Called in `AppConfig.ready()`."""
    describe(TYPES)
    for topic in TYPES:
        make_public(topic, subject=LEAD, read=_Leads(topic))


class _Leads:
    """One lead, or a set that was changed at once."""

    def __init__(self, type: str) -> None:
        self.type = type

    def __call__(self, payload: Mapping[str, Any]) -> list[Change]:
        ids = payload["lead_ids"] if "lead_ids" in payload else [payload["lead_id"]]
        data = {name: payload[name] for name in ("changed",) if payload.get(name)}
        return [Change(type=self.type, subject_id=one, data=data) for one in ids]
