"""How allauth signs staff in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Logins are made by admins; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
