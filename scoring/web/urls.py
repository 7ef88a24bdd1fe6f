"""The pages about scores, segments and reports."""

from django.urls import URLPattern, path

from scoring.selectors.list_rows import LISTS
from scoring.web import (
    customer_views,
    data_quality_views,
    duplicate_report_views,
    export_views,
    freshness_views,
    overview_views,
    ranking_views,
    revenue_views,
    rfm_views,
    rules_views,
    segment_edit_views,
    segment_views,
)

app_name = "scoring"
urlpatterns: list[URLPattern] = [
    path("customers/ranking/", ranking_views.ranking, name="ranking"),
    path(
        "customers/<uuid:customer_id>/orders/",
        customer_views.customer_orders,
        name="customer-orders",
    ),
    path("customers/<uuid:customer_id>/score/", customer_views.score_history, name="history"),
    path("customers/segments/", segment_views.segments, name="segments"),
    path("customers/segments/new/", segment_edit_views.new_segment, name="new-segment"),
    path("customers/segments/<slug:slug>/", segment_views.segment, name="segment"),
    path(
        "customers/segments/<slug:slug>/edit/",
        segment_edit_views.change_segment,
        name="change-segment",
    ),
    path("customers/segments/<slug:slug>/evaluate/", segment_views.evaluate, name="evaluate"),
    path("customers/segments/<slug:slug>/switch/", segment_views.switch, name="switch"),
    path("customers/segments/<slug:slug>/members/", segment_views.decide, name="decide"),
    path("exports/marketing/", export_views.export_marketing_view, name="export-marketing"),
    *(
        path(f"exports/{name}/", export_views.export, {"name": name}, name=f"export-{name}")
        for name in LISTS
    ),
    path("reports/", overview_views.overview, name="overview"),
    path("reports/rfm/", rfm_views.rfm, name="rfm"),
    path("reports/revenue/", revenue_views.revenue_page, name="revenue"),
    path("reports/rules/", rules_views.rules_page, name="rules"),
    path("reports/rules/new/", rules_views.new_rules, name="new-rules"),
    path("reports/rules/<uuid:rule_set_id>/", rules_views.rule_set, name="rule-set"),
    path("reports/rules/<uuid:rule_set_id>/preview/", rules_views.preview, name="rules-preview"),
    path("reports/rules/<uuid:rule_set_id>/activate/", rules_views.activate, name="activate-rules"),
    path("reports/duplicates/", duplicate_report_views.duplicates, name="duplicates"),
    path("reports/data-quality/", data_quality_views.data_quality, name="data-quality"),
    path("reports/data-quality/count/", data_quality_views.count_again, name="count-data-problems"),
    path(
        "reports/data-quality/<slug:problem>/",
        data_quality_views.customers_with_problem,
        name="data-problem",
    ),
    path("reports/data/", freshness_views.freshness_page, name="data"),
    path("reports/data/refresh/", freshness_views.refresh, name="refresh"),
]
