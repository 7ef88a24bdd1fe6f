"""From the stream of changes to the messages of an endpoint, in order, each event once."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction

from crm.change_events.registry import known_types, matches
from crm.models import ChangeEvent, EndpointState, WebhookEndpoint, WebhookMessage
from crm.models.webhook_message import OPEN
from crm.selectors import change_feed
from crm.services.webhook_lines import fall_behind, join_lines

BATCH = 500
# So many open messages an endpoint has; what else it is to be told stays in the stream meanwhile.
MOST_OPEN = 5000
# The id is worked out from endpoint and position: a message that the log has forgotten and that is
# replayed comes with the id that the receiver knows.
_WRITE = """
INSERT INTO crm_webhookmessage
       (id, company_id, endpoint_id, position, type, customer_id, keys, data, occurred_at,
        created_at, state, attempts, next_at, last_error, response_excerpt, attempt_log)
SELECT md5(%(endpoint)s || ':' || event.position)::uuid, event.company_id, %(endpoint)s::uuid,
       event.position, event.type, event.customer_id,
       ARRAY(SELECT DISTINCT line.key
               FROM unnest(event.also_customer_ids || event.subject_id || event.customer_id)
                    AS line (key)
              WHERE line.key IS NOT NULL),
       event.data, event.occurred_at, clock_timestamp(), 'waiting', 0, now(), '', '', '[]'
  FROM crm_changeevent event
 WHERE event.company_id = %(company)s AND event.position = ANY (%(positions)s)
 ORDER BY event.position
    ON CONFLICT (endpoint_id, position) DO NOTHING
"""


@transaction.atomic
def fan_out(endpoint_id: UUID) -> bool:
    """Make messages of the next events for an active endpoint of the current company.

    Returns whether it came any further. The endpoint's position moves on in the same transaction,
    so nothing is missed or made twice, whoever is killed when.
    """
    endpoint = (
        WebhookEndpoint.objects.select_for_update(no_key=True)
        .filter(pk=endpoint_id, state=EndpointState.ACTIVE)
        .first()
    )
    if endpoint is None:
        return False
    room = MOST_OPEN - WebhookMessage.objects.filter(endpoint=endpoint, state__in=OPEN).count()
    last = change_feed.stamp()
    if room <= 0 or last <= endpoint.position:
        return False
    scanned_to = min(last, endpoint.position + change_feed.MOST_SCANNED)
    wanted = ChangeEvent.objects.filter(
        position__gt=endpoint.position,
        position__lte=scanned_to,
        type__in=types_of(endpoint),
        occurred_at__gte=endpoint.told_from,
    )
    most = min(room, BATCH)
    positions = list(wanted.order_by("position").values_list("position", flat=True)[:most])
    write_messages(endpoint, [one for one in positions if one is not None])
    endpoint.position = positions[-1] if len(positions) == most else scanned_to  # type: ignore[assignment]
    endpoint.save(update_fields=["position"])
    return True


def write_messages(endpoint: WebhookEndpoint, positions: Collection[int]) -> None:
    """Messages for events that have none yet at the locked endpoint, in their lines."""
    if not positions:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "endpoint": str(endpoint.pk),
                "company": endpoint.company_id,
                "positions": list(positions),
            },
        )
    join_lines(endpoint, positions)
    fall_behind(endpoint, positions)


def types_of(endpoint: WebhookEndpoint) -> list[str]:
    """The types that its patterns name today; one whose app is gone names nothing."""
    return [
        name
        for name in known_types()
        if any(matches(pattern, name) for pattern in endpoint.event_types)
    ]
