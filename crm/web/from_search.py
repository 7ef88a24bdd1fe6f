"""What somebody typed into the search box, carried into a form by POST and never by a URL."""

from django.http import HttpRequest

from crm.identifiers.text import clean_text

MARK = "from_search"
LONGEST = 200
FIELD_OF_FORM = {"phone": "phone", "name": "full_name", "email": "email"}


def comes_from_search(request: HttpRequest) -> bool:
    """Whether this POST opens a form from the search results instead of sending one."""
    return request.method == "POST" and MARK in request.POST


def typed_in_search(request: HttpRequest) -> dict[str, str]:
    """The first values of the form: the text in the box, or what another form had in its fields."""
    came_from = request.POST.get(MARK, "")
    if came_from == "form":
        typed = {field: request.POST.get(field, "") for field in FIELD_OF_FORM.values()}
    else:
        field = FIELD_OF_FORM.get(came_from)
        typed = {field: request.POST.get("q", "")} if field else {}
    cleaned = {field: clean_text(text)[:LONGEST] for field, text in typed.items()}
    return {field: text for field, text in cleaned.items() if text}
