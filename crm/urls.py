"""Every URL of Switchboard in one place."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from crm import health
from crm.web import hooks, search_view, styleguide, views
from crm.web.signin import made_by_admins

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    # Admins make logins and enter addresses: allauth's own pages for it stay closed.
    path("accounts/signup/", made_by_admins),
    path("accounts/email/", made_by_admins),
    path("accounts/confirm-email/", made_by_admins),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("", include("scoring.web.urls")),
    path("customers/", include("customers.web.urls")),
    path("leads/", include("leads.web.urls")),
    path("orders/", include("scoring.web.order_urls")),
    path("imports/orders/", include("scoring.web.import_urls")),
    path("imports/people/", include("customers.web.import_urls")),
    path("api/", include("crm.api.urls")),
    path("keys/", include("crm.web.key_urls")),
    path("exports/everything/", include("crm.web.export_urls")),
    path("search/", search_view.search, name="search"),
    re_path(hooks.PATH, hooks.receive_hook, name="hook"),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.styleguide, name="styleguide"))
