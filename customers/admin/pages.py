"""Pages of our own inside the admin: its frame, our content, refusals shown with what to do."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from crm.admin.base import ReadOnlyAdmin
from crm.errors import NotFound
from crm.paging import Page
from crm.roles import Action
from crm.web.lists import page_links


class PageAdmin(ReadOnlyAdmin):
    """A model whose pages are drawn by us; `action` is what one needs the right for."""

    action: Action

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, self.action)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one record: ours where there is one, else the admin's."""
        if own := self.record_page(request, object_id):
            return own
        return super().change_view(request, object_id, form_url, extra_context)

    def record_page(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """A page of our own for one record; None leaves it to the admin."""
        return None

    def page(
        self, request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        """One page in the admin's frame."""
        request.current_app = self.admin_site.name
        whole = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "model_admin": self,
            **context,
        }
        return TemplateResponse(request, template, whole, status=status)

    def pages_around(self, request: HttpRequest, page: Page[Any]) -> dict[str, Any]:
        """The links to the next and the previous page of a list, for `page`."""
        return {**page_links(request, page)}


def ids_in(texts: Iterable[str]) -> list[UUID]:
    """The ids in the order given, each once; an id that is none names nothing: NotFound."""
    try:
        return list(dict.fromkeys(UUID(text) for text in texts if text))
    except ValueError:
        raise NotFound from None


def id_in(text: str) -> UUID:
    """The one id; NotFound where it is none."""
    found = ids_in([text])
    if not found:
        raise NotFound
    return found[0]
