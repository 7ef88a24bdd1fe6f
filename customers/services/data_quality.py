"""Counting what is missing and wrong, at night and when somebody asks."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from crm import outbox
from crm.actors import Actor
from crm.roles import Action
from customers.models import DataProblemCount, DataProblemCustomer
from customers.models.data_quality import DataProblem
from customers.selectors.data_quality import customers_with

COUNT_ASKED = "dataproblems.count_asked"
# More than anybody mends by hand before the next count; the count itself is exact.
MOST_LISTED = 10_000
AGAIN_AFTER = timedelta(minutes=1)


@transaction.atomic
def count_problems(*, actor: Actor) -> None:
    """Count every problem, and list the customers to mend: those seen last come first."""
    actor.require(Action.VIEW_REPORTS)
    now = timezone.now()
    for problem in DataProblem:
        rows = customers_with(problem)
        listed = rows.order_by("-last_activity_at", "-pk").values_list("pk", flat=True)
        DataProblemCustomer.objects.filter(problem=problem).delete()
        DataProblemCustomer.objects.bulk_create(
            (
                DataProblemCustomer(company=actor.company, problem=problem, customer_id=pk)
                for pk in list(listed[:MOST_LISTED])
            ),
            batch_size=2000,
            ignore_conflicts=True,  # two counts at once
        )
        DataProblemCount.objects.update_or_create(
            company=actor.company,
            problem=problem,
            defaults={"customers": rows.count(), "counted_at": now},
        )


@transaction.atomic
def ask_count(*, actor: Actor) -> bool:
    """Let a worker count now; False when it was done a moment ago. Raises Forbidden."""
    actor.require(Action.VIEW_REPORTS)
    recent = timezone.now() - AGAIN_AFTER
    if DataProblemCount.objects.filter(counted_at__gte=recent).exists():
        return False
    outbox.publish(actor=actor, topic=COUNT_ASKED, payload={})
    return True
