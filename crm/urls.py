"""Every URL of Switchboard in one place."""

from django.contrib import admin
from django.urls import include, path

from crm import health
from crm.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("customers/", include("customers.web.urls")),
    path("leads/", include("leads.web.urls")),
    path("search/", views.search, name="search"),
    path("admin/", admin.site.urls),
]
