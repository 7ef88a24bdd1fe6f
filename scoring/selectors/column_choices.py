"""The columns that somebody chose last."""

from collections.abc import Mapping

from crm.actors import Actor
from crm.exports.columns import Column
from crm.roles import Action
from scoring.models import ColumnChoice


def remembered_columns(
    *, actor: Actor, name: str, known: Mapping[str, Column], at_first: tuple[str, ...]
) -> list[str]:
    """What the staff member chose for this list, as far as it still exists; else `at_first`."""
    actor.require(Action.EXPORT)
    choice = ColumnChoice.objects.filter(staff=actor.staff, list_name=name).first()
    kept = [column for column in choice.columns if column in known] if choice else []
    return kept or list(at_first)
