"""Programs of other systems, calling the API with a key."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.test import Client

from crm.actors import Door
from crm.models import Company
from crm.roles import Role
from crm.scopes import SCOPES
from crm.services.api_keys import KeyValues, create_key, create_own_token
from crm.tenancy import use_company
from tests.worlds import World

ALL_SCOPES = tuple(SCOPES)


class ApiClient:
    """Calls `/api/v1/…` with one key; answers are Django's test responses."""

    def __init__(self, company: Company, token: str) -> None:
        self.company, self.token = company, token
        self._client = Client()

    def get(self, path: str, **headers: str) -> Any:
        """GET; headers by their names with underscores."""
        return self._call("get", path, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST of a JSON value."""
        return self._call("post", path, headers, body if body is not None else {})

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """PATCH of a JSON value."""
        return self._call("patch", path, headers, body)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """PUT of a JSON value."""
        return self._call("put", path, headers, body)

    def delete(self, path: str, body: Any = None, **headers: str) -> Any:
        """DELETE, with a body where one is given."""
        return self._call("delete", path, headers, body)

    def _call(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Any:
        extra: dict[str, Any] = {} if body is None else {"data": body}
        if body is not None:
            extra["content_type"] = "application/json"
        # A request has a transaction of its own; here it stands in the test's, which goes on after.
        with use_company(self.company.pk):
            return getattr(self._client, method)(
                f"/api/v1/{path}",
                headers={
                    "Authorization": f"Bearer {self.token}",
                    **{name.replace("_", "-"): value for name, value in headers.items()},
                },
                **extra,
            )


def client_with_key(
    world: World, scopes: Collection[str] = ALL_SCOPES, *, branch_ids: Collection[UUID] = ()
) -> ApiClient:
    """Another system with a key of these scopes."""
    with world.inside():
        _, token = create_key(
            actor=world.actor(Role.ADMIN, door=Door.ADMIN),
            values=KeyValues(name="A system", scopes=scopes, branch_ids=branch_ids),
        )
    return ApiClient(world.company, token)


def client_of_staff(world: World, role: Role, scopes: Collection[str] = ALL_SCOPES) -> ApiClient:
    """A program of a staff member, with a token of their own."""
    with world.inside():
        _, token = create_own_token(
            actor=world.actor(role), values=KeyValues(name="My own", scopes=scopes)
        )
    return ApiClient(world.company, token)
