"""Every address of the REST API, version 1."""

from django.urls import include, path, re_path

from crm.api import company_views, event_views, export_views
from crm.api.views import Nowhere

app_name = "api"
urlpatterns = [
    path("v1/me", company_views.Me.as_view(), name="me"),
    path("v1/branches", company_views.Branches.as_view(), name="branches"),
    path("v1/staff", company_views.Staff.as_view(), name="staff"),
    path("v1/events", event_views.Events.as_view(), name="events"),
    path("v1/exports", export_views.Exports.as_view(), name="exports"),
    path("v1/exports/<uuid:export_id>", export_views.OneExport.as_view(), name="export"),
    path("v1/exports/<uuid:export_id>/file", export_views.ExportFile.as_view(), name="export-file"),
    path("v1/exports/<uuid:export_id>/stop", export_views.ExportStop.as_view(), name="export-stop"),
    path("v1/", include("crm.api.webhook_urls")),
    path("v1/", include("customers.api.urls")),
    path("v1/", include("leads.api.urls")),
    path("v1/", include("scoring.api.urls")),
    path("v1/vip/", include("customers.api.vip_urls")),
    re_path(r"", Nowhere.as_view()),
]
