"""The pages on which admins take everything the company owns along."""

from django.urls import URLPattern, path

from crm.web import export_views

app_name = "exports"
urlpatterns: list[URLPattern] = [
    path("", export_views.exports, name="list"),
    path("start/", export_views.start, name="start"),
    path("<uuid:export_id>/progress/", export_views.progress, name="progress"),
    path("<uuid:export_id>/stop/", export_views.stop, name="stop"),
    path("<uuid:export_id>/download/", export_views.download, name="download"),
]
