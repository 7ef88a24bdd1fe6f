"""The addresses of leads below /api/v1/."""

from django.urls import path

from leads.api import lead_step_views, lead_views, source_views, walk_in_views

urlpatterns = [
    path("leads", lead_views.Leads.as_view(), name="leads"),
    path("leads/<uuid:lead_id>", lead_views.OneLead.as_view(), name="lead"),
    path(
        "leads/<uuid:lead_id>/status",
        lead_step_views.LeadStatusChange.as_view(),
        name="lead-status",
    ),
    path(
        "leads/<uuid:lead_id>/assign",
        lead_step_views.LeadAssignment.as_view(),
        name="lead-assign",
    ),
    path("leads/<uuid:lead_id>/link", lead_step_views.LeadCustomer.as_view(), name="lead-link"),
    path("leads/<uuid:lead_id>/events", lead_step_views.LeadEvents.as_view(), name="lead-events"),
    path("lead-sources", source_views.LeadSources.as_view(), name="lead-sources"),
    path("walkins/create", walk_in_views.WalkIns.as_view(), name="walk-ins"),
]
