"""Taking the marketing export out of the house: asked for by a person, and written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.exports.columns import Column, chosen_columns
from scoring.models import MarketingExport
from scoring.selectors.marketing_export import MARKETING_COLUMNS, marketing_rows


@dataclass(frozen=True, kw_only=True)
class Export:
    """What the writers of files need."""

    columns: Sequence[Column]
    rows: Iterator[MarketingExport]


@transaction.atomic
def export_marketing(
    *, actor: Actor, columns: Sequence[str] = (), segment: str = "", channel: str = ""
) -> Export:
    """The chosen columns (none: all) and the rows, which are read while the file is written.

    The trail keeps who took what. Raises Forbidden, and InvalidInput at `columns` or `channel`.
    """
    rows = marketing_rows(actor=actor, segment=segment, channel=channel)
    chosen = chosen_columns(MARKETING_COLUMNS, columns)
    audit.record(
        actor=actor,
        action="customers.exported",
        subject=actor.company,
        new={
            "list": "marketing",
            "columns": list(columns) or list(MARKETING_COLUMNS),
            "segment": segment,
            "channel": channel,
        },
    )
    return Export(columns=chosen, rows=rows)
