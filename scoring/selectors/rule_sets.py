"""The versions of a company's scoring rules."""

from uuid import UUID

from crm.actors import Actor
from crm.errors import NotFound
from crm.roles import Action
from scoring.models import RuleSet

MOST_SHOWN = 50


def list_rule_sets(*, actor: Actor) -> list[RuleSet]:
    """The newest fifty versions, newest first."""
    actor.require(Action.VIEW_REPORTS)
    return list(RuleSet.objects.filter(company=actor.company).order_by("-version")[:MOST_SHOWN])


def get_rule_set(*, actor: Actor, rule_set_id: UUID) -> RuleSet:
    """One version. Raises NotFound."""
    actor.require(Action.VIEW_REPORTS)
    found = RuleSet.objects.filter(company=actor.company, pk=rule_set_id).first()
    if found is None:
        raise NotFound
    return found
