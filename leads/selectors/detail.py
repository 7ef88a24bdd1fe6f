"""One lead, for its page."""

from uuid import UUID

from django.core.exceptions import ValidationError

from crm.actors import Actor
from crm.errors import NotFound
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from leads.models import Lead, LeadEvent
from leads.selectors.visible import visible_leads

HISTORY_LENGTH = 200
NEWEST = Ordering("newest", "at", descending=True)


def get_lead(*, actor: Actor, lead_id: UUID | str, with_names: bool = True) -> Lead:
    """The lead with customer, branch, source and owner, in one query.

    Who shows their ids alone asks without names.

    Raises NotFound for an unknown lead, another company's, and one out of the actor's reach.
    """
    leads = visible_leads(actor)
    if with_names:
        leads = leads.select_related("customer", "branch", "source", "owner")
    try:
        return leads.get(pk=lead_id)
    except (Lead.DoesNotExist, ValidationError):
        raise NotFound from None


def lead_history(
    *, actor: Actor, lead_id: UUID | str, limit: int = HISTORY_LENGTH
) -> list[LeadEvent]:
    """What happened to the lead, newest first. Raises NotFound as `get_lead` does."""
    lead = get_lead(actor=actor, lead_id=lead_id)
    return list(LeadEvent.objects.filter(lead=lead).order_by("-at", "-id")[:limit])


def lead_events(
    *, actor: Actor, lead_id: UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[LeadEvent]:
    """What happened to the lead, newest first, page by page. Raises NotFound, InvalidInput."""
    lead = get_lead(actor=actor, lead_id=lead_id, with_names=False)
    events = LeadEvent.objects.filter(lead=lead)
    return paginate(events, ordering=NEWEST, cursor=cursor, size=size)
