"""How allauth signs staff in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse


class StaffAccountAdapter(DefaultAccountAdapter):
    """Logins are made by admins; nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "E-mail and password do not match. Check both and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def made_by_admins(request: HttpRequest) -> HttpResponse:
    """There is no such page: admins make logins in the Django admin."""
    raise Http404
