"""Closed lists for the forms: the branches, sources and people that the actor may choose."""

from uuid import UUID

from crm.actors import Actor
from crm.models import Branch
from crm.roles import Action, Reach
from leads.models import LeadSource
from leads.services.lead_parties import possible_owners

Choice = tuple[str, str]


def branches_for(actor: Actor, action: Action) -> list[Branch]:
    """The active branches at which the actor may do this."""
    branches = Branch.objects.filter(is_active=True)
    own = actor.staff.branch_id if actor.staff else None
    if actor.reach(action) is not Reach.COMPANY and own is not None:
        branches = branches.filter(pk=own)
    return list(branches)


def branch_choices(actor: Actor, action: Action) -> list[Choice]:
    """Their ids and names."""
    return [(str(branch.pk), branch.name) for branch in branches_for(actor, action)]


def source_choices() -> list[Choice]:
    """The active sources."""
    return [(str(source.pk), str(source)) for source in LeadSource.objects.filter(is_active=True)]


def owner_choices(branch_id: UUID | None) -> list[Choice]:
    """Who may own a lead of the branch (of any branch, when it is not known yet)."""
    return [(str(person.pk), person.display_name) for person in possible_owners(branch_id)]
