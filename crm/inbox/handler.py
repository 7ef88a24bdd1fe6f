"""What a kind of source must be able to do.

When is a handler asked?

    request arrives   path secret checked → throttle → body limit
                      handshake()      may answer at once; nothing is stored
                      verify()         only when `is_signed`; refuses by raising Refused (401)
                      external_key()   decides whether this is a repeat
                      stored, answered with `accepted`
    later, a worker   fetch()          outside of any transaction; may ask other systems
                      process()        inside one transaction of the source's company
    on the page       parse()          shows what the raw request says

A handler has no state. It may be asked for the same delivery more than once: `process` must end
the same way however often it runs (upsert by the sender's id, compare the sender's time of change).
Deliveries are handled in no promised order.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from crm.actors import Actor
from crm.inbox.outcomes import Answer, Outcome, Refused
from crm.inbox.request import InboundRequest
from crm.models import InboundDelivery, InboundSource


class InboundHandler:
    """The base of every handler. Only `kind`, `title` and `process` have no default."""

    kind: str
    """The stable name that `InboundSource.kind` holds, such as "eventbrite"."""

    title: str
    """What admins read when they choose the kind."""

    parser_version: int = 1
    """Raise it when `parse` was corrected: then deliveries of older versions can be replayed."""

    is_signed: bool = False
    """Whether the sender signs. Then a source without a signing secret refuses everything."""

    secret_headers: frozenset[str] = frozenset()
    """Lower-case names of headers that are not stored, beside Authorization and Cookie."""

    asks_to_look_again: bool = False
    """Whether a delivery only says "look at this". Then a repeat of a settled or dead one is
    processed anew. Otherwise a repeat is counted, and nothing else happens."""

    accepted: Answer = Answer()
    """What the sender is told when a delivery or a repeat was stored (status 2xx)."""

    def check_settings(self, settings: Mapping[str, Any]) -> None:
        """Refuse settings of a source by raising InvalidInput; called before they are saved."""

    def handshake(self, source: InboundSource, request: InboundRequest) -> Answer | None:
        """The answer to a request that only asks whether we are there, or None.

        Nothing is stored for it. A request on which it raises is taken for no handshake.
        """
        return None

    def verify(self, request: InboundRequest, secrets: Sequence[str]) -> None:
        """Check the signature over the raw bytes; raise Refused unless one of `secrets` made it.

        Asked only when `is_signed`, with at least one secret. Any other exception refuses too.
        See crm/inbox/signatures.py.
        """
        raise Refused

    def external_key(self, request: InboundRequest) -> str:
        """What is the same for a repeat and different for everything else; cheap and pure.

        The sender's id of the event where there is one. By default the digest of the whole
        request. An empty key or an exception means the default; long keys are digested.
        """
        return digest_of(request)

    def parse(self, request: InboundRequest, source: InboundSource) -> Any:
        """What the request says, as JSON knows it; pure. Raises Unprocessable.

        The delivery's page shows it; `process` usually begins with it.
        """
        return None

    def fetch(self, actor: Actor, delivery: InboundDelivery) -> Any:
        """Ask other systems for what `process` needs; its answer is handed to `process`.

        No transaction is open and no company is set: our own records are out of reach here, save
        `delivery`, `delivery.source` and `actor.company`. Every call needs a time limit, all of
        them together less than INBOX_LEASE_SECONDS. May raise RetryLater and Unprocessable.
        """
        return None

    def process(self, actor: Actor, delivery: InboundDelivery, fetched: Any) -> Outcome:
        """Do what the delivery asks, through services, in the open transaction.

        Returns Done or Ignored. Raises RetryLater, Unprocessable, or anything else: then what it
        wrote is undone, and it is tried again after a growing pause. Do not save `delivery`.
        """
        raise NotImplementedError


def digest_of(request: InboundRequest) -> str:
    """SHA-256 of method, path, query and body: the same for byte-for-byte repeats."""
    parts = (request.method.encode(), request.path_rest.encode(), request.query, request.body)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"
