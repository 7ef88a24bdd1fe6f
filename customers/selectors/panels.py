"""What other apps show on the customer card: each registers a panel in `AppConfig.ready()`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from crm.actors import Actor
from crm.roles import Action


class PanelProvider(Protocol):
    """Reads what a panel shows of a customer; None leaves the panel out."""

    def __call__(self, *, actor: Actor, customer_id: UUID) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True)
class Panel:
    """One panel, ready to be drawn: `template` gets `context` as its variable `panel`."""

    name: str
    template: str
    context: Mapping[str, Any]


_panels: dict[str, tuple[str, PanelProvider]] = {}


def register_panel(name: str, template: str, provider: PanelProvider) -> None:
    """Add a panel to every card; panels stand in the order in which they were registered."""
    _panels[name] = (template, provider)


def panels_of(*, actor: Actor, customer_id: UUID) -> Sequence[Panel]:
    """The panels of a customer's card that have something to show to this actor."""
    actor.require(Action.VIEW_CUSTOMER)
    panels = []
    for name, (template, provider) in _panels.items():
        context = provider(actor=actor, customer_id=customer_id)
        if context is not None:
            panels.append(Panel(name=name, template=template, context=context))
    return panels
