"""What a CrmError looks like in the browser; each view handles the ones it can show in place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import select_template

from crm.errors import CrmError


class CrmErrorsToPages:
    """Maps the error family to plain pages: the code, what was wrong, what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django calls this for whatever a view raised."""
        if not isinstance(error, CrmError):
            return None
        template = select_template([f"{error.status}.html", "400.html"])
        return render(
            request,
            template.template.name,
            {"message": error.message, "code": error.code},
            status=error.status,
        )
