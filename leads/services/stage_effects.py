"""What a lead says about how far the relation with its customer has come.

The rule acts, not the person: a receptionist may log a lead but not choose a stage by hand.
"""

from dataclasses import replace

from crm.actors import Actor
from customers.models import Customer
from customers.models.customer import LifecycleStage
from customers.services.stage import change_stage
from leads.models import Lead
from leads.models.lead import LeadStatus

BEFORE_CUSTOMER = (LifecycleStage.PROSPECT, LifecycleStage.LEAD)


def advance_stage(actor: Actor, lead: Lead) -> None:
    """A prospect with a lead becomes a lead; a prospect or lead with a won one a customer.

    Stages never go back by themselves.
    """
    if lead.customer_id is None:
        return
    customer = Customer.objects.live().filter(pk=lead.customer_id).first()
    if customer is None:
        return
    if lead.status == LeadStatus.WON and customer.lifecycle_stage in BEFORE_CUSTOMER:
        _change(actor, customer, LifecycleStage.CUSTOMER, "lead won")
    elif customer.lifecycle_stage == LifecycleStage.PROSPECT:
        _change(actor, customer, LifecycleStage.LEAD, "lead received")


def _change(actor: Actor, customer: Customer, stage: LifecycleStage, reason: str) -> None:
    name = f"stage rule ({actor.name})"[:200]
    rule = replace(actor, staff=None, system_name=name, granted=None, key_branch_ids=None)
    change_stage(actor=rule, customer_id=customer.pk, stage=stage, reason=reason)
