"""The lead pages."""

from django.urls import URLPattern, path

from leads.web import lead_views, link_views, list_views, new_views, walk_in_views

app_name = "leads"
urlpatterns: list[URLPattern] = [
    path("", list_views.leads, name="list"),
    path("new/", new_views.new, name="new"),
    path("walk-in/", walk_in_views.walk_in, name="walk-in"),
    path("<uuid:lead_id>/", lead_views.lead, name="lead"),
    path("<uuid:lead_id>/status/", lead_views.status, name="status"),
    path("<uuid:lead_id>/assign/", lead_views.assign, name="assign"),
    path("<uuid:lead_id>/take/", lead_views.take, name="take"),
    path("<uuid:lead_id>/edit/", lead_views.edit, name="edit"),
    path("<uuid:lead_id>/link/", link_views.link, name="link"),
]
