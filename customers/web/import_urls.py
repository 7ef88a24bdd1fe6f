"""The pages on which customers and leads are imported from files."""

from django.urls import URLPattern, path

from customers.web import import_action_views, import_views

app_name = "contact-imports"
urlpatterns: list[URLPattern] = [
    path("", import_views.imports, name="list"),
    path("new/", import_views.upload, name="upload"),
    path("<uuid:import_id>/", import_views.show, name="import"),
    path("<uuid:import_id>/reading/", import_views.reading, name="reading"),
    path("<uuid:import_id>/progress/", import_views.progress, name="progress"),
    path("<uuid:import_id>/start/", import_action_views.start, name="start"),
    path("<uuid:import_id>/bring-in/", import_action_views.bring_in, name="bring-in"),
    path("<uuid:import_id>/cancel/", import_action_views.cancel, name="cancel"),
    path("<uuid:import_id>/resume/", import_action_views.resume, name="resume"),
    path("<uuid:import_id>/undo/", import_action_views.undo, name="undo"),
    path("<uuid:import_id>/problems.csv", import_action_views.problems, name="problems"),
]
