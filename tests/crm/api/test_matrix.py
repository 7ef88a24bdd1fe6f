"""Every endpoint × key, scope, role and company, generated from the URL configuration.

A route without a row in `ROUTES`, or with an id that no maker below makes, fails: whoever adds one
says here what it needs, and it is tried at once with no key, without the scope, as a manager and an
admin, and with another company's ids.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from crm.api.views import ApiView
from crm.roles import Role
from tests.crm.api.routes import ADMINS_ONLY, BODIES, MAKERS, NEEDS_A_PROFILE, NOBODYS, ROUTES
from tests.factories.api_clients import ALL_SCOPES, client_of_staff, client_with_key
from tests.worlds import World


def routes() -> Iterator[tuple[str, str, type[ApiView], list[str]]]:
    """Route, name, view and names of the ids of every endpoint."""

    def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
            else:
                yield prefix + str(pattern.pattern), pattern

    for route, pattern in walk(get_resolver("crm.api.urls").url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, ApiView):
            yield route, str(pattern.name), view, sorted(pattern.pattern.converters)


METHODS = [
    pytest.param(route, name, method, ids, id=f"{method} {route}")
    for route, name, view, ids in routes()
    for method in ("get", "post", "put", "patch", "delete")
    if hasattr(view, method)
]
# To somebody who may: it is there, it is allowed, and it does not break.
NEVER = (401, 403, 404, 405, 500)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    served = {
        (name, method): view.scopes.get(method, "")
        for _, name, view, _ in routes()
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    told = {(name, method): scope for name, row in ROUTES.items() for method, scope in row.items()}
    assert served == told


def address(route: str, ids: Mapping[str, object]) -> str:
    """The path below /api/v1/ with these ids."""
    path = route.removeprefix("v1/")
    for name, value in ids.items():
        for converter in ("uuid", "slug", "int", "str"):
            path = path.replace(f"<{converter}:{name}>", str(value))
    assert "<" not in path
    return path


def made(world: World, names: list[str]) -> dict[str, object]:
    """Real ids of a company; a later one may belong to an earlier one."""
    ids: dict[str, object] = {}
    with world.inside():
        for name in names:
            ids[name] = MAKERS[name](world, ids)
    return ids


def missing(names: list[str]) -> dict[str, object]:
    """Ids that nobody has."""
    return {name: NOBODYS.get(name) or uuid4() for name in names}


def told(answer: Any) -> tuple[int, Any]:
    """What a caller can see, apart from times."""
    return answer.status_code, json.loads(answer.content) if answer.content else None


@pytest.mark.parametrize(("route", "name", "method", "ids"), METHODS)
def test_who_may_call_what(
    acme: World, globex: World, route: str, name: str, method: str, ids: list[str]
) -> None:
    scope = ROUTES[name][method]

    def call(client: Any, path: str = "", world: World = acme) -> Any:
        path = path or address(route, made(acme, ids))  # the call before may have removed the first
        body = ()
        if method != "get":
            with world.inside():
                body = (BODIES.get((name, method), lambda _: {})(world),)
        return getattr(client, method)(path, *body, If_Match='"v1"')

    nobody = Client().generic(method.upper(), f"/api/v1/{address(route, made(acme, ids))}")
    assert nobody.status_code == 401

    for needed in scope.split():
        without = [one for one in ALL_SCOPES if one != needed]
        refused = call(client_with_key(acme, without))
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    if name in NEEDS_A_PROFILE:
        assert call(client_with_key(acme, scope.split())).status_code == 401
        return
    if scope:
        allowed = call(client_with_key(acme, scope.split()))
        assert allowed.status_code not in NEVER, allowed.content

    admin, manager = (client_of_staff(acme, role) for role in (Role.ADMIN, Role.MANAGER))
    assert call(admin).status_code not in NEVER
    assert (call(manager).status_code == 403) == ((name, method) in ADMINS_ONLY)

    if ids:
        stranger = client_with_key(globex)
        theirs = told(call(stranger, address(route, made(acme, ids)), globex))
        assert theirs[0] == 404, theirs
        assert theirs == told(call(stranger, address(route, missing(ids)), globex))
