"""A source that only keeps what comes: to see what a new sender sends before it is understood."""

from typing import Any

from crm.actors import Actor
from crm.inbox.handler import InboundHandler
from crm.inbox.outcomes import Ignored, Unprocessable
from crm.inbox.request import InboundRequest
from crm.models import InboundDelivery, InboundSource


class CaptureHandler(InboundHandler):
    """Keeps every delivery and does nothing with it. Replay them when their kind has a handler."""

    kind = "capture"
    title = "Only keep what comes, to look at"

    def parse(self, request: InboundRequest, source: InboundSource) -> Any:
        """The query, and the body as JSON or as a form."""
        parsed: dict[str, Any] = {}
        if request.query:
            parsed["query"] = request.query_fields()
        if request.content_type == "application/x-www-form-urlencoded":
            parsed["form"] = request.form_fields()
        elif request.body:
            try:
                parsed["json"] = request.json()
            except Unprocessable:
                parsed["body"] = "neither a form nor JSON"
        return parsed

    def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Ignored:
        """Nothing, on purpose."""
        return Ignored("Kept to look at.")
