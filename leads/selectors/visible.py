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
    if actor.staff is None or reach is Reach.COMPANY:
        return leads
    own = Q(owner_id=actor.staff.pk)
    if reach is Reach.BRANCH:
        return leads.filter(own | Q(branch_id=actor.staff.branch_id))
    return leads.filter(own)
