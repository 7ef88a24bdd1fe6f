"""Which leads an actor sees at all: the rule of `get_lead`, in SQL."""

from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.roles import Action, Reach
from leads.models import Lead


def visible_leads(actor: Actor) -> "QuerySet[Lead]":
    """Own leads, those of the own branch, or all of the company, as the role says."""
    actor.require(Action.VIEW_LEAD)
    leads = Lead.objects.all()
    reach = actor.reach(Action.VIEW_LEAD)
    if actor.key_branch_ids is not None:
        leads = leads.filter(branch_id__in=actor.key_branch_ids)
    if reach is Reach.COMPANY:
        return leads
    own = Q(owner_id=actor.staff.pk) if actor.staff else Q(pk__in=())
    if reach is Reach.BRANCH:
        return leads.filter(own | Q(branch_id__in=actor.branch_ids or ()))
    return leads.filter(own)
