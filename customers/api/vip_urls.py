"""The addresses below /api/v1/vip/."""

from django.urls import path

from customers.api import vip_views

urlpatterns = [
    path("status", vip_views.VipStatus.as_view(), name="vip-status"),
    path("link-account", vip_views.LinkAccount.as_view(), name="vip-link-account"),
    path("profile", vip_views.VipProfile.as_view(), name="vip-profile"),
]
