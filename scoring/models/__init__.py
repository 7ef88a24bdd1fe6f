"""The records of this app."""

from crm.models.file_import import OPEN_STATES, ImportPhase, ImportState
from scoring.models.column_choice import ColumnChoice
from scoring.models.engagement import (
    Band,
    Engagement,
    QuintileScore,
    QuintileSegment,
    ScoreCause,
    ScoreChange,
    ScoreSnapshot,
    ScoringDay,
)
from scoring.models.marketing_export import MarketingExport
from scoring.models.order import (
    COUNTED_STATUSES,
    LinkMethod,
    Order,
    OrderStatus,
    OrderVersion,
    Removal,
    ReviewState,
)
from scoring.models.order_import import (
    ExchangeRate,
    OrderImport,
    OrderImportCustomer,
    OrderImportProblem,
)
from scoring.models.rule_set import RuleSet
from scoring.models.segment import Membership, MembershipChange, Segment, SegmentMember
from scoring.models.segment_recheck import SegmentRecheck
from scoring.models.ticket_account import PulledPlatform, TicketAccount, UnreadOrder
from scoring.models.view_refresh import ViewRefresh

__all__ = [
    "COUNTED_STATUSES",
    "OPEN_STATES",
    "Band",
    "ColumnChoice",
    "Engagement",
    "ExchangeRate",
    "ImportPhase",
    "ImportState",
    "LinkMethod",
    "MarketingExport",
    "Membership",
    "MembershipChange",
    "Order",
    "OrderImport",
    "OrderImportCustomer",
    "OrderImportProblem",
    "OrderStatus",
    "OrderVersion",
    "PulledPlatform",
    "QuintileScore",
    "QuintileSegment",
    "Removal",
    "ReviewState",
    "RuleSet",
    "ScoreCause",
    "ScoreChange",
    "ScoreSnapshot",
    "ScoringDay",
    "Segment",
    "SegmentMember",
    "SegmentRecheck",
    "TicketAccount",
    "UnreadOrder",
    "ViewRefresh",
]
