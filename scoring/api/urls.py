"""The addresses of orders, scores and segments below /api/v1/."""

from django.urls import path

from scoring.api import (
    engagement_views,
    member_views,
    order_decision_views,
    order_views,
    ranking_views,
    rule_set_views,
    segment_views,
)

ORDER = "orders/<uuid:order_id>"
CUSTOMER = "customers/<uuid:customer_id>"
SEGMENT = "segments/<uuid:segment_id>"

urlpatterns = [
    path("orders", order_views.Orders.as_view(), name="orders"),
    path("orders/bulk", order_views.OrderBatches.as_view(), name="order-batches"),
    path(ORDER, order_views.OneOrder.as_view(), name="order"),
    path(f"{ORDER}/link", order_decision_views.OrderCustomer.as_view(), name="order-link"),
    path(
        f"{ORDER}/unlink",
        order_decision_views.OrderWithoutCustomer.as_view(),
        name="order-unlink",
    ),
    path(
        f"{ORDER}/confirm",
        order_decision_views.OrderConfirmation.as_view(),
        name="order-confirm",
    ),
    path(f"{ORDER}/remove", order_decision_views.OrderTakenOut.as_view(), name="order-remove"),
    path(
        f"{ORDER}/restore",
        order_decision_views.OrderBroughtBack.as_view(),
        name="order-restore",
    ),
    path(
        f"{CUSTOMER}/engagement",
        engagement_views.CustomerEngagement.as_view(),
        name="engagement",
    ),
    path(
        f"{CUSTOMER}/score-changes",
        engagement_views.ScoreChanges.as_view(),
        name="score-changes",
    ),
    path(
        f"{CUSTOMER}/segments",
        segment_views.CustomerSegments.as_view(),
        name="customer-segments",
    ),
    path("ranking", ranking_views.Ranking.as_view(), name="ranking"),
    path("rule-sets", rule_set_views.RuleSets.as_view(), name="rule-sets"),
    path("rule-sets/<uuid:rule_set_id>", rule_set_views.OneRuleSet.as_view(), name="rule-set"),
    path("segments", segment_views.Segments.as_view(), name="segments"),
    path(SEGMENT, segment_views.OneSegment.as_view(), name="segment"),
    path(f"{SEGMENT}/members", segment_views.SegmentMembers.as_view(), name="segment-members"),
    path(
        f"{SEGMENT}/members/<uuid:customer_id>",
        member_views.OneMember.as_view(),
        name="segment-member",
    ),
]
