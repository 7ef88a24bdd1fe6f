"""What is missing or wrong in the customers of a company: how many, and whom to mend first.

Both were counted at night (customers/services/data_quality.py), because counting what is *not*
there reads every customer. Who was mended since is passed over when a list is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from crm.actors import Actor
from crm.errors import NotFound
from crm.paging import PAGE_SIZE, Ordering, Page, paginate
from crm.roles import Action
from customers.models import ContactPoint, Customer, DataProblemCount, DataProblemCustomer
from customers.models.contact_point import ContactKind
from customers.models.data_quality import DataProblem

AS_FOUND = Ordering("found", "id")


@dataclass(frozen=True)
class ProblemCount:
    """How many customers have a problem; `counted_at` is None before the first count."""

    problem: DataProblem
    customers: int
    counted_at: datetime | None


def problem_counts(*, actor: Actor) -> list[ProblemCount]:
    """Every problem with its last count, in one query. Raises Forbidden."""
    actor.require(Action.VIEW_REPORTS)
    rows = {one.problem: one for one in DataProblemCount.objects.all()}
    return [
        ProblemCount(problem, rows[problem].customers, rows[problem].counted_at)
        if problem in rows
        else ProblemCount(problem, 0, None)
        for problem in DataProblem
    ]


def customers_with(problem: DataProblem) -> QuerySet[Customer]:
    """The live customers that have the problem now."""
    points = ContactPoint.objects.filter(customer_id=OuterRef("pk"))
    live = Customer.objects.live()
    if problem == DataProblem.UNREACHABLE:
        return live.filter(~Exists(points))
    if problem == DataProblem.NO_PHONE:
        return live.filter(~Exists(points.filter(kind=ContactKind.PHONE)))
    if problem == DataProblem.NO_EMAIL:
        return live.filter(~Exists(points.filter(kind=ContactKind.EMAIL)))
    if problem == DataProblem.INVALID:
        return live.filter(Exists(points.filter(is_invalid=True)))
    if problem == DataProblem.SHARED:
        return live.filter(Exists(points.filter(is_shared=True)))
    return live.filter(name_is_placeholder=True)


def list_with_problem(
    *, actor: Actor, problem: str, cursor: str = "", size: int = PAGE_SIZE
) -> Page[DataProblemCustomer]:
    """One page of those found at the last count who still have the problem, the last active first.

    Three queries (four behind the first page); each row has `customer` and `points`, the phones and
    e-mails that are in question. Raises Forbidden, NotFound for an unknown problem, and
    InvalidInput for a damaged cursor.
    """
    actor.require(Action.VIEW_REPORTS)
    if problem not in DataProblem.values:
        raise NotFound
    still = customers_with(DataProblem(problem)).filter(pk=OuterRef("customer_id"))
    rows = DataProblemCustomer.objects.filter(Exists(still), problem=problem)
    page = paginate(rows.select_related("customer"), ordering=AS_FOUND, cursor=cursor, size=size)
    points = _points_in_question(problem, [row.customer_id for row in page.rows])
    for row in page.rows:
        row.points = points.get(row.customer_id, [])  # type: ignore[attr-defined]
    return page


def _points_in_question(
    problem: str, customer_ids: Sequence[UUID]
) -> dict[UUID, list[ContactPoint]]:
    rows = ContactPoint.objects.filter(customer_id__in=customer_ids)
    if problem == DataProblem.INVALID:
        rows = rows.filter(is_invalid=True)
    if problem == DataProblem.SHARED:
        rows = rows.filter(is_shared=True)
    found: dict[UUID, list[ContactPoint]] = {}
    for point in rows.order_by("-kind", "-is_primary", "created_at", "id"):
        found.setdefault(point.customer_id, []).append(point)
    return found
