"""The lines in which messages of one record wait for each other, at one endpoint.

A message stands in the line of each record it concerns (its `keys`), at its position. It is
`behind` while something of a smaller position stands before it in any of them, and `waiting` when
it may go. Whoever changes lines holds the endpoint's row, so nobody is forgotten.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection

from crm.models import WebhookEndpoint, WebhookMessage

_JOIN = """
INSERT INTO crm_webhookturn (company_id, endpoint_id, message_id, key, position)
SELECT message.company_id, message.endpoint_id, message.id, line.key, message.position
  FROM crm_webhookmessage message, unnest(message.keys) AS line (key)
 WHERE message.endpoint_id = %(endpoint)s AND message.position = ANY (%(positions)s)
   AND message.state IN ('waiting', 'behind')
    ON CONFLICT (endpoint_id, key, position) DO NOTHING
"""
_FALL_BEHIND = """
UPDATE crm_webhookmessage message SET state = 'behind'
 WHERE message.endpoint_id = %(endpoint)s
   AND (%(positions)s::bigint[] IS NULL OR message.position = ANY (%(positions)s::bigint[]))
   AND message.state = 'waiting' AND message.claim IS NULL
   AND EXISTS (SELECT FROM unnest(message.keys) AS line (key)
                 JOIN crm_webhookturn earlier
                   ON earlier.endpoint_id = message.endpoint_id AND earlier.key = line.key
                      AND earlier.position < message.position)
"""
_FIRST_IN_LINES = """
SELECT DISTINCT first.message_id
  FROM unnest(%(keys)s::uuid[]) AS line (key),
       LATERAL (SELECT turn.message_id FROM crm_webhookturn turn
                 WHERE turn.endpoint_id = %(endpoint)s AND turn.key = line.key
                 ORDER BY turn.position LIMIT 1) first
"""
# By ids that are known: together with the query above, the whole backlog would be looked at.
_LET_GO = """
UPDATE crm_webhookmessage message SET state = 'waiting', next_at = now()
 WHERE message.id = ANY (%(ids)s) AND message.state = 'behind'
   AND NOT EXISTS (SELECT FROM unnest(message.keys) AS line (key)
                     JOIN crm_webhookturn earlier
                       ON earlier.endpoint_id = message.endpoint_id AND earlier.key = line.key
                          AND earlier.position < message.position)
"""


def join_lines(endpoint: WebhookEndpoint, positions: Collection[int]) -> None:
    """Open messages of these positions take their places."""
    _run(_JOIN, endpoint=endpoint.pk, positions=list(positions))


def fall_behind(endpoint: WebhookEndpoint, positions: Collection[int] | None = None) -> None:
    """Messages that nobody is sending and that have others before them wait for these.

    Those of `positions`, or any of the endpoint when something old was let in before them.
    """
    chosen = None if positions is None else list(positions)
    _run(_FALL_BEHIND, endpoint=endpoint.pk, positions=chosen)


def leave_lines(message: WebhookMessage) -> None:
    """A settled message makes room: whoever is first in all of their lines now may go."""
    message.turns.all().delete()
    keys = [str(key) for key in message.keys]
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_IN_LINES, {"endpoint": message.endpoint_id, "keys": keys})
        first = [row[0] for row in cursor.fetchall()]
    if first:
        _run(_LET_GO, ids=first)


def _run(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
