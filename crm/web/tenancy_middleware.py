"""Every request of a staff member works for their company, in one transaction."""

from collections.abc import Callable
from typing import Protocol

from django.contrib.auth import logout
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from crm.actors import Actor, Door
from crm.models import StaffMember
from crm.tenancy import use_company


class StaffRequest(Protocol):
    """A request whose middleware found the acting staff member."""

    actor: Actor


class ActAsStaff:
    """Sets `request.actor`, the database's company and the company's time zone.

    A login without an active staff member is signed out: it belongs to no company.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        # The API knows keys only: a browser's session counts for nothing there.
        if request.path.startswith("/api/") or not request.user.is_authenticated:
            return self.get_response(request)
        found = _company_and_staff(request.user.pk)
        if found is None:
            logout(request)
            return self.get_response(request)
        company_id, staff_id = found
        with use_company(company_id):
            staff = StaffMember.objects.select_related("company", "branch").get(pk=staff_id)
            in_admin = request.path.startswith("/admin/")
            request.actor = Actor(  # type: ignore[attr-defined]
                company=staff.company,
                door=Door.ADMIN if in_admin else Door.WEB,
                staff=staff,
                request_id=request.headers.get("X-Request-ID", "")[:64],
            )
            with timezone.override(staff.company.zone):
                response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _company_and_staff(user_id: int) -> tuple[int, str] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, staff_id FROM staff_of_user(%s)", [user_id])
        return cursor.fetchone()
