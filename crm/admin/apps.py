"""The admin site's registration."""

from django.contrib.admin.apps import AdminConfig


class SwitchboardAdminConfig(AdminConfig):
    """Django's admin with our site: roles decide who comes in."""

    default_site = "crm.admin.site.SwitchboardAdminSite"
