"""The pages of API keys."""

from django.urls import path

from crm.web import api_reference, key_views

app_name = "keys"
urlpatterns = [
    path("", key_views.keys, name="list"),
    path("reference/", api_reference.api_reference, name="reference"),
    path("new/", key_views.new_key, name="new"),
    path("<uuid:key_id>/rotate/", key_views.rotate, name="rotate"),
    path("<uuid:key_id>/revoke/", key_views.revoke, name="revoke"),
]
