"""Verdicts that a merge carried over to the survivor, taken back with it."""

from uuid import UUID

from customers.models import MatchDecision, MergeMove
from customers.models.merge import MoveKind

RELATION = "customers.MatchDecision"


def take_back(merge_id: UUID) -> None:
    """Remove the rows that the merge has written; a verdict given since is another row."""
    lines = MergeMove.objects.filter(
        merge_id=merge_id, relation=RELATION, kind=MoveKind.CREATED
    ).values_list("row_id", flat=True)
    MatchDecision.objects.filter(pk__in=list(lines)).delete()
