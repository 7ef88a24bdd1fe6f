"""Questions that must be answered before records are merged."""

from crm.errors import InvalidInput
from customers.merging.relations import relations
from customers.merging.settlers import MergeConflict, Participants, settler_of


def conflicts_of(participants: Participants) -> list[MergeConflict]:
    """All questions, with what is chosen.

    Raises Conflict `unsolved` for an answer that is no option, and InvalidInput
    `unknown_question` for the answer to a question that nobody asks.
    """
    found = [
        MergeConflict(
            key=one.key,
            question=one.question,
            options=one.options,
            chosen=participants.solution(one),
        )
        for relation in relations()
        for one in settler_of(relation.policy.settled_by).conflicts(participants)
    ]
    if set(participants.solutions) - {one.key for one in found}:
        raise InvalidInput(
            "A question on the page is out of date. Look at the records again.",
            code="unknown_question",
        )
    return found
