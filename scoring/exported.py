"""Which tables of orders, scores and segments are in the export of everything."""

from crm.exports.datasets import Dataset, leave_out, register
from scoring.models import (
    Engagement,
    ExchangeRate,
    MembershipChange,
    Order,
    OrderVersion,
    QuintileScore,
    RuleSet,
    ScoreChange,
    ScoreSnapshot,
    Segment,
    SegmentMember,
    TicketAccount,
)

OF_AN_IMPORT = "How an import of a file went; its orders and their versions are in the export."


def register_datasets() -> None:
    """Called in `AppConfig.ready()`."""
    register(
        Dataset(
            name="orders",
            model=Order,
            about="Orders of all platforms, removed ones included (removed_at).",
            meanings={"raw": "What the platform sent."},
        ),
        Dataset(
            name="order_versions",
            model=OrderVersion,
            about="What orders were before each report that changed them.",
            of_person=("order__customer_id",),
        ),
        Dataset(name="scores", model=Engagement, about="What each customer is worth now, and why."),
        Dataset(
            name="score_ledger", model=ScoreChange, about="Every change of a score, with its cause."
        ),
        Dataset(
            name="quintile_scores",
            model=QuintileScore,
            about="The classic recency, frequency and monetary fifths.",
        ),
        Dataset(
            name="score_days",
            model=ScoreSnapshot,
            about="How many customers were in which band, day by day.",
        ),
        Dataset(name="score_rules", model=RuleSet, about="The rules of scores, by version."),
        Dataset(name="segments", model=Segment, about="Groups of customers and their rules."),
        Dataset(
            name="segment_members",
            model=SegmentMember,
            about="Who is in which segment.",
            added=("segment__slug",),
        ),
        Dataset(
            name="segment_changes",
            model=MembershipChange,
            about="Who came into a segment, who left it, and when.",
            added=("segment__slug",),
        ),
        Dataset(name="exchange_rates", model=ExchangeRate, about="What currencies were worth."),
        Dataset(
            name="ticket_accounts",
            model=TicketAccount,
            about="Accounts at ticket platforms from which orders are pulled.",
            without={"token_sealed": "Secrets never leave; enter the token again."},
        ),
    )
    leave_out(
        {
            "scoring.ColumnChoice": "Which columns somebody looks at; no data of the business.",
            "scoring.ScoringDay": "How far the nightly work is.",
            "scoring.SegmentRecheck": "Work for other parts of the program, done within seconds.",
            "scoring.OrderImport": OF_AN_IMPORT,
            "scoring.OrderImportProblem": OF_AN_IMPORT,
            "scoring.OrderImportCustomer": OF_AN_IMPORT,
            "scoring.UnreadOrder": "What could not be read yet; it is tried again.",
        }
    )
