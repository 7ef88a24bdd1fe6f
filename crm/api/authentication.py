"""Who calls: the API key in `Authorization: Bearer …`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from crm.actors import Actor, Door
from crm.models import Company, StaffMember
from crm.scopes import actions_of
from crm.services.api_keys import digest_of

LONGEST_TOKEN = 200
# The company is set in the same round trip that finds the key.
ENTER = """
SELECT found.key_id, found.name, found.prefix, found.scopes, found.branch_ids,
       found.requests_per_minute, found.last_used_at, found.staff_id, (found.company).*,
       set_config('crm.company_id', ((found.company).id)::text, true)
  FROM api_key_of_digest(%s) found
"""
COMPANY_FIELDS = [field.attname for field in Company._meta.concrete_fields]
_OF_KEY = 8  # columns before the company's


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is behind a request: the actor for the services, and what the key allows."""

    actor: Actor
    key_id: UUID
    scopes: frozenset[str]
    requests_per_minute: int
    last_used_at: datetime | None

    is_authenticated = True

    @property
    def pk(self) -> UUID:
        """The id of the key, for logs."""
        return self.key_id


class KeyAuthentication(BaseAuthentication):
    """Finds the key and sets the transaction's company. One query; two for a person's token."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        """The caller; None without the header. Raises AuthenticationFailed."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if not kind:
            return None
        token = token.strip()
        if kind.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise AuthenticationFailed("Send the API key as “Authorization: Bearer <key>”.")
        caller = _caller(token, request)
        if caller is None:
            raise AuthenticationFailed("This API key is unknown, has expired or was revoked.")
        return caller, token

    def authenticate_header(self, request: Request) -> str:
        """What 401 says in WWW-Authenticate."""
        return 'Bearer realm="Switchboard"'


def _caller(token: str, request: Request) -> Caller | None:
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [digest_of(token)])
        row = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
    if row is None:
        return None
    key_id, name, prefix, scopes, branch_ids, per_minute, last_used_at, staff_id = row[:_OF_KEY]
    values: dict[str, Any] = dict(zip(names[_OF_KEY:], row[_OF_KEY:], strict=True))
    company = Company.from_db("default", COMPANY_FIELDS, [values[name] for name in COMPANY_FIELDS])
    staff = (
        StaffMember.objects.select_related("branch").get(pk=staff_id)
        if staff_id is not None
        else None
    )
    actor = Actor(
        company=company,
        door=Door.API,
        staff=staff,
        system_name=f"API key {name} ({prefix})",
        request_id=request.headers.get("X-Request-ID", "")[:64],
        granted=actions_of(scopes),
        key_branch_ids=frozenset(branch_ids) or None,
    )
    return Caller(
        actor=actor,
        key_id=key_id,
        scopes=frozenset(scopes),
        requests_per_minute=per_minute,
        last_used_at=last_used_at,
    )
