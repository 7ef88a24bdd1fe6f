"""A kind of source whose processing passes two gates that a test can close."""

from typing import Any

from django.db import connection

from crm import audit
from crm.actors import Actor
from crm.inbox.handler import InboundHandler
from crm.inbox.outcomes import Done
from crm.inbox.request import InboundRequest
from crm.models import InboundDelivery

# Advisory locks: who holds one closes the gate.
FETCH_GATE, PROCESS_GATE = 71_001, 71_002


class GatedHandler(InboundHandler):
    """Audits each delivery once processed, so that a test can count."""

    kind = "gated"
    title = "Gated"

    def external_key(self, request: InboundRequest) -> str:
        """The body itself."""
        return request.body.decode()

    def fetch(self, actor: Actor, delivery: InboundDelivery) -> None:
        """Wait before the first gate, as if another system took its time."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [FETCH_GATE])
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [FETCH_GATE])

    def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Done:
        """Write, then wait before the second gate: what was written is not committed yet."""
        audit.record(actor=actor, action="delivery.gated", subject=delivery)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [PROCESS_GATE])
        return Done()
