"""Phones and e-mails that an undoing gives back, made to fit what people have done since."""

from collections.abc import Iterable

from django.db.models import Q

from customers.merging.journal_reading import rows_of
from customers.merging.returning import ReturningRows
from customers.merging.unwinding import HOLDER, Row
from customers.models import ContactPoint
from customers.models.contact_point import ContactKind


def fit_together(plan: ReturningRows) -> None:
    """Complete the plan: the other points of all concerned, main ones, shared values, liveness.

    Where a number identifies somebody else by now, it is shared from now on, at everybody.
    """
    if not plan.final:
        return
    holders = {str(row[HOLDER]) for row in (*plan.final.values(), *plan.current.values())}
    _add(plan, Q(customer_id__in=holders))
    for row in plan.final.values():
        row["is_live"] = plan.is_live.get(str(row[HOLDER]), True)
    _one_main_each(plan)
    _share(plan)


def _add(plan: ReturningRows, wanted: Q) -> None:
    """Further rows of the table, as they are."""
    ids = ContactPoint.objects.filter(wanted).exclude(pk__in=list(plan.final)).order_by("pk")
    found = rows_of(
        ContactPoint,
        [str(pk) for pk in ids.values_list("pk", flat=True)],
        plan.relation.columns,
        lock=False,
    )
    plan.current.update(found)
    plan.final.update({row_id: dict(row) for row_id, row in found.items()})


def _one_main_each(plan: ReturningRows) -> None:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in plan.final.values():
        groups.setdefault((str(row[HOLDER]), row["kind"]), []).append(row)
    for rows in groups.values():
        mains = [row for row in rows if row["is_primary"]]
        # What is a main one now was made so later than what was one before the merge.
        best = min(mains or rows, key=lambda row: _order(plan, row, has_main=bool(mains)))
        for row in rows:
            row["is_primary"] = row is best


def _order(plan: ReturningRows, row: Row, *, has_main: bool) -> tuple[bool, bool, str, str]:
    is_main_now = bool(plan.current.get(str(row["id"]), {}).get("is_primary"))
    return has_main and not is_main_now, bool(row["is_invalid"]), row["created_at"], str(row["id"])


def _share(plan: ReturningRows) -> None:
    live = [row for row in plan.final.values() if row["is_live"]]
    wanted = Q(pk__in=())
    for kind in ContactKind:
        values = {row["value"] for row in live if row["kind"] == kind}
        wanted |= Q(kind=kind, value__in=values)
    _add(plan, wanted & Q(is_live=True))
    for rows in _by_value(row for row in plan.final.values() if row["is_live"]):
        if len({str(row[HOLDER]) for row in rows}) > 1:
            for row in rows:
                row["is_shared"] = True


def _by_value(rows: Iterable[Row]) -> list[list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["kind"], row["value"]), []).append(row)
    return list(groups.values())
