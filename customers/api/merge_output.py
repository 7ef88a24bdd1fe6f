"""Merges, their previews and their undoing, as the API shows them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from customers.merging.counting import MoveCount
from customers.models import Customer, Merge
from customers.models.merge import MergeOrigin, MergeState
from customers.selectors.merge_preview import MergePreview
from customers.selectors.undo_preview import UndoPreview


class PersonOut(serializers.Serializer[Any]):
    """A customer in short."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField()


class CountOut(serializers.Serializer[Any]):
    """How many rows of a kind move."""

    kind = serializers.CharField(help_text="“orders”")
    total = serializers.IntegerField()


class MergeOut(serializers.Serializer[Any]):
    """One decision that several records are one person."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(MergeState.choices)
    origin = serializers.ChoiceField(MergeOrigin.choices)
    survivor = PersonOut()
    merged = PersonOut(many=True, help_text="The records that it took in.")
    merged_at = serializers.DateTimeField()
    merged_by = serializers.CharField()
    reason = serializers.CharField()
    rows_moved = serializers.IntegerField()
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by = serializers.CharField()
    undo_reason = serializers.CharField()


class MergeDetailOut(MergeOut):
    """A merge with what moved."""

    moves = CountOut(many=True)


class FieldChoiceOut(serializers.Serializer[Any]):
    """One field of the survivor: what each record says, and whose value is taken."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    values = serializers.DictField(child=serializers.CharField(), help_text="By record id.")
    differs = serializers.BooleanField()
    chosen = serializers.UUIDField()


class UnionOut(serializers.Serializer[Any]):
    """What the survivor will have of everybody's."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    values = serializers.ListField(child=serializers.CharField())


class OptionOut(serializers.Serializer[Any]):
    """A possible answer."""

    value = serializers.CharField()
    words = serializers.CharField()


class ConflictOut(serializers.Serializer[Any]):
    """A question; answer it in `solutions` under its key."""

    key = serializers.CharField()
    question = serializers.CharField()
    options = OptionOut(many=True)
    chosen = serializers.CharField()


class MergeRecordOut(PersonOut):
    """One of the records."""

    version = serializers.IntegerField()
    linked_rows = serializers.IntegerField()
    last_activity_at = serializers.DateTimeField()


class MergePreviewOut(serializers.Serializer[Any]):
    """What a merge would do."""

    survivor_id = serializers.UUIDField()
    records = MergeRecordOut(many=True)
    fields_taken = FieldChoiceOut(many=True)
    unions = UnionOut(many=True)
    moves = CountOut(many=True)
    conflicts = ConflictOut(many=True)


class ChangeSinceOut(serializers.Serializer[Any]):
    """A row that is not as the merge left it."""

    key = serializers.CharField(help_text="Answer it in `goes_to` under this key.")
    kind = serializers.CharField()
    words = serializers.CharField()
    options = OptionOut(many=True, help_text="Empty: nothing to decide.")
    chosen = serializers.CharField()


class UndoPreviewOut(serializers.Serializer[Any]):
    """What undoing a merge would do."""

    merge_id = serializers.UUIDField()
    exact = serializers.BooleanField(help_text="Everything will be as before the merge.")
    returns = CountOut(many=True)
    changes = ChangeSinceOut(many=True)
    more = serializers.IntegerField(help_text="How many changes are not listed.")


def merge_data(merge: Merge, taken_in: Sequence[Customer]) -> dict[str, Any]:
    """A merge with the records that it took in."""
    return {
        "id": merge.pk,
        "state": merge.state,
        "origin": merge.origin,
        "survivor": person_data(merge.survivor),
        "merged": [person_data(one) for one in taken_in],
        "merged_at": merge.merged_at,
        "merged_by": merge.merged_by,
        "reason": merge.reason,
        "rows_moved": merge.rows_moved,
        "undone_at": merge.undone_at,
        "undone_by": merge.undone_by,
        "undo_reason": merge.undo_reason,
    }


def person_data(customer: Customer) -> dict[str, Any]:
    """A customer in short."""
    return {"id": customer.pk, "code": customer.code, "full_name": customer.full_name}


def counts_data(counts: Sequence[MoveCount]) -> list[dict[str, Any]]:
    """How many rows of which kinds."""
    return [{"kind": one.many, "total": one.total} for one in counts]


def preview_data(preview: MergePreview) -> dict[str, Any]:
    """What a merge would do."""
    return {
        "survivor_id": preview.survivor_id,
        "records": [
            {
                **person_data(one.customer),
                "version": one.version,
                "linked_rows": one.linked_rows,
                "last_activity_at": one.last_activity_at,
            }
            for one in preview.records
        ],
        "fields_taken": [
            {
                "name": one.name,
                "label": one.label,
                "values": {str(pk): value for pk, value in one.values.items()},
                "differs": one.differs,
                "chosen": one.chosen,
            }
            for one in preview.fields
        ],
        "unions": [
            {"name": one.name, "label": one.label, "values": list(one.values)}
            for one in preview.unions
        ],
        "moves": counts_data(preview.moves),
        "conflicts": [
            {
                "key": one.key,
                "question": one.question,
                "options": _options(one.options),
                "chosen": one.chosen,
            }
            for one in preview.conflicts
        ],
    }


def undo_data(preview: UndoPreview) -> dict[str, Any]:
    """What undoing would do."""
    return {
        "merge_id": preview.merge.pk,
        "exact": preview.exact,
        "returns": counts_data(preview.returns),
        "changes": [
            {
                "key": one.key,
                "kind": one.kind,
                "words": one.words,
                "options": _options(one.options),
                "chosen": one.chosen,
            }
            for one in preview.changes
        ],
        "more": preview.more,
    }


def _options(options: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "words": words} for value, words in options]
