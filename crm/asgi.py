"""The ASGI entry point."""

import os

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")


class OneThreadHandler(ASGIHandler):
    """Runs middleware and view of a request in one thread, entered once.

    All of ours is synchronous. Django's own handler would enter a thread for the outer middleware,
    come back to the event loop for the view, and enter a thread again.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


django.setup(set_prefix=False)
application = OneThreadHandler()
