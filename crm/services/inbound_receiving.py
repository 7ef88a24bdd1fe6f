"""Taking in what other systems send: stored before it is understood."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from django.db import connection
from django.db.models import F
from django.utils import timezone

from crm import outbox
from crm.actors import Actor, Door, system_actor
from crm.encryption import CannotUnseal, unseal
from crm.errors import NotFound
from crm.inbox import path_secrets
from crm.inbox.handler import InboundHandler, digest_of
from crm.inbox.outcomes import Answer, Refused
from crm.inbox.registry import handler_of
from crm.inbox.request import InboundRequest
from crm.logs import without_hook_path
from crm.models import DeliveryState, InboundDelivery, InboundSource
from crm.models.inbound_delivery import SETTLED
from crm.tenancy import use_company

log = logging.getLogger(__name__)
TOPIC = "inbox.received"
LONGEST_KEY = 200
NEVER_STORED = frozenset({"authorization", "proxy-authorization", "cookie", "x-csrftoken"})


def open_source(*, key: str, secret: str) -> InboundSource:
    """The active source that a path names, with its company.

    Raises the same NotFound for an unknown key, a wrong secret, an inactive source or company,
    and a kind that nobody handles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, source_id FROM inbound_source_of_key(%s)", [key])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    with use_company(row[0]):
        source = InboundSource.objects.select_related("company").get(pk=row[1])
    if not path_secrets.opens(source, secret) or handler_of(source.kind) is None:
        raise NotFound
    return source


def receive(*, source: InboundSource, request: InboundRequest) -> Answer:
    """Check a request of an opened source, store it, and say what the sender is told.

    When this returns, what it stored is committed, unless a transaction is open around it.
    Raises Refused when the signature is not right.
    """
    handler = handler_of(source.kind)
    if handler is None:
        raise NotFound
    handshake = _handshake(handler, source, request)
    if handshake is not None:
        return handshake
    if handler.is_signed:
        _verify(handler, source, request)
    key = _external_key(handler, request)
    stored = replace(request, headers=_storable_headers(handler, request.headers))
    actor = system_actor(source.company, door=Door.HOOK, name=f"source: {source.name}")
    with use_company(source.company_id):
        _store(actor=actor, source=source, handler=handler, key=key, request=stored)
    return handler.accepted


def _handshake(
    handler: InboundHandler, source: InboundSource, request: InboundRequest
) -> Answer | None:
    try:
        return handler.handshake(source, request)
    except Exception as error:
        # Whatever cannot be read is no handshake: it is checked and stored like the rest.
        log.info("kind %s: no handshake (%s)", handler.kind, type(error).__name__)
        return None


def _verify(handler: InboundHandler, source: InboundSource, request: InboundRequest) -> None:
    try:
        handler.verify(request, signing_secrets(source))
    except Exception as error:
        # The class only: a message could quote what was sent.
        log.warning("source %s: a request was refused (%s)", source.pk, type(error).__name__)
        if isinstance(error, Refused):
            raise
        raise Refused from error


def signing_secrets(source: InboundSource) -> list[str]:
    """The live signing secrets, today's first. Raises Refused where there is none to check by."""
    sealed = (source.signing_secret_sealed, source.previous_signing_secret_sealed)
    try:
        secrets = [unseal(bytes(each)) for each in sealed if each]
    except CannotUnseal as error:
        raise Refused from error
    if not secrets:
        raise Refused
    return secrets


def _external_key(handler: InboundHandler, request: InboundRequest) -> str:
    try:
        key = handler.external_key(request)
    except Exception as error:
        # A request that the handler cannot read is kept all the same; its processing says why.
        log.info("kind %s: no external key (%s)", handler.kind, type(error).__name__)
        key = ""
    if not key:
        return digest_of(request)
    if len(key) > LONGEST_KEY or "\x00" in key or not key.isprintable():
        return "sha256:" + hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
    return key


def _storable_headers(handler: InboundHandler, headers: Mapping[str, str]) -> dict[str, str]:
    """Without secrets: neither those of the sender nor our own path as a proxy repeats it."""
    left_out = NEVER_STORED | handler.secret_headers
    return {
        name: without_hook_path(value).replace("\x00", "\ufffd")
        for name, value in headers.items()
        if name not in left_out
    }


def _store(
    *,
    actor: Actor,
    source: InboundSource,
    handler: InboundHandler,
    key: str,
    request: InboundRequest,
) -> None:
    """Write the delivery and its event, or count a repeat. A unique key settles who is first."""
    delivery = InboundDelivery(
        company_id=source.company_id,
        source=source,
        external_key=key,
        received_at=request.received_at,
        method=request.method,
        path_rest=request.path_rest,
        query=request.query,
        headers=dict(request.headers),
        content_type=request.content_type,
        body=request.body,
    )
    # Never raised as an error: the message of a unique violation would put the key into the log.
    InboundDelivery.objects.bulk_create([delivery], ignore_conflicts=True)
    earlier = InboundDelivery.objects.filter(source=source, external_key=key).exclude(
        pk=delivery.pk
    )
    is_repeat = earlier.update(repeats=F("repeats") + 1, last_repeat_at=timezone.now())
    if is_repeat:
        if not handler.asks_to_look_again:
            return
        earlier.filter(state__in=(*SETTLED, DeliveryState.DEAD)).update(
            state=DeliveryState.RECEIVED, attempts=0, due_at=timezone.now(), error=""
        )
    ring_for(actor, source)


def ring_for(actor: Actor, source: InboundSource) -> None:
    """Write the event that wakes the inbox of this company after the commit."""
    outbox.publish(actor=actor, topic=TOPIC, payload={"source": source})
