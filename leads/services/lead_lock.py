"""A lead taken for a change: its customer locked first, then the lead, then the right checked."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, Forbidden, NotFound, StaleVersion
from crm.models import AuditEvent
from crm.roles import Action
from customers.models import Customer
from leads.models import Lead

ATTEMPTS = 5


def locked_lead(lead_id: UUID) -> Lead:
    """The lead with its row, and before it the customer's, locked until the transaction ends.

    Raises NotFound.
    """
    leads = Lead.objects.select_for_update(no_key=True, of=("self",))
    for _ in range(ATTEMPTS):
        try:
            customer_id = Lead.objects.values_list("customer_id", flat=True).get(pk=lead_id)
        except (Lead.DoesNotExist, ValidationError):
            raise NotFound from None
        # Of whatever state: the lead of a deleted customer can still be closed.
        Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
        # It may have been linked or moved by a merge before the locks were ours: look again.
        lead = leads.filter(pk=lead_id, customer_id=customer_id).first()
        if lead is not None:
            return lead
    raise Conflict("This lead is being changed by several people at once. Try again.", code="busy")


def require_work(actor: Actor, lead: Lead, action: Action = Action.WORK_LEAD) -> None:
    """Refuse when the actor may not do this to the lead.

    Out of sight means NotFound; in sight but of another branch means Forbidden.
    """
    where = {"branch_id": lead.branch_id, "owner_id": lead.owner_id}
    if not actor.may_on(Action.VIEW_LEAD, **where):
        raise NotFound
    actor.require(action)
    if not actor.may_on(action, **where):
        raise Forbidden("This lead is of another branch. Ask its owner or a team lead there.")


def require_version(lead: Lead, version: int, yours: dict[str, Any]) -> None:
    """Refuse when somebody saved the lead since the actor read it. Raises StaleVersion."""
    if lead.version == version:
        return
    last = (
        AuditEvent.objects.filter(subject_type="leads.lead", subject_id=str(lead.pk))
        .order_by("-id")
        .first()
    )
    raise StaleVersion(
        "Somebody else changed this lead in the meantime. Compare, then save again.",
        details={
            "current": audit.plain({name: getattr(lead, name) for name in yours}),
            "yours": audit.plain(yours),
            "current_version": lead.version,
            "changed_by": last.actor_name if last else "",
        },
    )
