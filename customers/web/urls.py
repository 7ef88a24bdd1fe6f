"""The customer pages."""

from django.urls import URLPattern, path

from customers.web import (
    action_views,
    card_views,
    contact_point_views,
    edit_views,
    list_views,
    new_views,
    person_export_views,
    profile_views,
)

app_name = "customers"
urlpatterns: list[URLPattern] = [
    path("", list_views.customers, name="list"),
    path("new/", new_views.new, name="new"),
    path("<uuid:customer_id>/", card_views.card, name="card"),
    path("<uuid:customer_id>/timeline/", card_views.timeline_page, name="timeline"),
    path("<uuid:customer_id>/edit/", edit_views.edit, name="edit"),
    path("<uuid:customer_id>/phones-and-emails/", contact_point_views.points, name="points"),
    path(
        "<uuid:customer_id>/phones-and-emails/<uuid:point_id>/",
        contact_point_views.change,
        name="point",
    ),
    path("<uuid:customer_id>/notes/", action_views.note, name="note"),
    path("<uuid:customer_id>/stage/", action_views.stage, name="stage"),
    path("<uuid:customer_id>/consent/", action_views.consent, name="consent"),
    path("<uuid:customer_id>/profiles/", profile_views.link, name="link-profile"),
    path(
        "<uuid:customer_id>/profiles/<uuid:link_id>/unlink/",
        profile_views.unlink,
        name="unlink-profile",
    ),
    path("<uuid:customer_id>/delete/", action_views.delete, name="delete"),
    path("<uuid:customer_id>/export/", person_export_views.download, name="export"),
    path("<uuid:customer_id>/restore/", action_views.restore, name="restore"),
    path("<uuid:customer_id>/leave-household/", action_views.leave, name="leave-household"),
]
