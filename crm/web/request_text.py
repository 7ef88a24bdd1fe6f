"""Text that PostgreSQL cannot store never reaches a view."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.api.problems import plain_problem
from crm.identifiers.text import is_storable


class RefuseUnstorableText:
    """Answers 400 to a NUL or a lone surrogate in the path or the query.

    Hooks are exempt: they store what came as bytes.

    Form bodies are left to the forms, which keep what was typed and say which field is wrong.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/hooks/"):
            return self.get_response(request)
        texts = [request.path, *request.GET, *(v for vs in request.GET.lists() for v in vs[1])]
        if not all(is_storable(text) for text in texts):
            if request.path.startswith("/api/"):
                return plain_problem(400, "malformed", "The address holds text that none may hold.")
            return render(request, "400.html", status=400)
        return self.get_response(request)
