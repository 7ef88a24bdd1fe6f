"""A user of another company gets 404 on every page of a record, whoever they are there.

The walk takes the URLs from the URL configuration, so that a new page is in it from its first day.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from crm.models import StaffMember
from crm.roles import Role
from crm.services.api_keys import KeyValues, create_key
from customers.services.profile_links import link_profile
from scoring.services.rules import draft_rules
from scoring.services.segments import create_segment
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
MISSING = UUID("0190b3a0-0000-7000-8000-000000000000")
NAMESPACES = ("customers", "leads", "scoring", "keys")
NO_RECORDS = {"problem"}  # a word of our own list, the same for every company


def pages_of_records() -> Iterator[tuple[str, frozenset[str]]]:
    """The names of all pages that take an id, with the names of their ids."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace in NAMESPACES:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                names = frozenset(pattern.pattern.converters) - NO_RECORDS
                if names:
                    yield f"{resolver.namespace}:{pattern.name}", names


PAGES = sorted(pages_of_records(), key=lambda page: page[0])


@pytest.fixture
def ids(acme: World) -> dict[str, UUID | str]:
    """Real records of the company."""
    customer = make_customer(acme.actor(), name="Ana de Souza")
    segment = create_segment(actor=acme.actor(Role.MANAGER), name="Souza and friends")
    return {
        "customer_id": customer.pk,
        "lead_id": make_lead(acme.actor(), branch=acme.north, customer=customer).pk,
        "slug": segment.slug,
        "rule_set_id": draft_rules(actor=acme.actor(Role.ADMIN), values={}).pk,
        "point_id": customer.contact_points.get().pk,
        "key_id": create_key(
            actor=acme.actor(Role.ADMIN),
            values=KeyValues(name="Souza's own", scopes=["customers:read"]),
        )[0].pk,
        "link_id": link_profile(
            actor=acme.actor(Role.ADMIN),
            provider="line",
            profile_id="U1",
            customer_id=customer.pk,
        ).pk,
    }


def test_the_walk_finds_the_pages() -> None:
    assert len(PAGES) >= 15


# What the forms of these pages send, so that the answer is not about the form.
TYPED = {
    "full_name": "Eve",
    "version": "1",
    "text": "hello",
    "kind": "phone",
    "stage": "lead",
    "channel": "sms",
    "granted": "yes",
    "source": "by phone",
    "reason": "because",
    "status": "working",
    "owner": "",
    "change": "invalid",
    "provider": "line",
    "profile_id": "U2",
}


@pytest.mark.parametrize(("name", "wanted"), PAGES, ids=[name for name, _ in PAGES])
def test_a_stranger(
    acme: World,
    globex: World,
    ids: dict[str, UUID | str],
    client_of: SignIn,
    name: str,
    wanted: frozenset[str],
) -> None:
    path = reverse(name, kwargs={key: ids[key] for key in wanted})
    nowhere = reverse(name, kwargs={key: "nowhere" if key == "slug" else MISSING for key in wanted})
    # The relationship manager may take leads, the admin may do all the rest.
    role = Role.RELATIONSHIP_MANAGER if name == "leads:take" else Role.ADMIN
    stranger = client_of(globex.staff[role])
    for method in (stranger.get, stranger.post):
        real, missing = method(path, TYPED), method(nowhere, TYPED)
        assert real.status_code == missing.status_code
        assert real.status_code in (404, 405)
        assert b"Souza" not in real.content
    assert 404 in (stranger.get(path).status_code, stranger.post(path, TYPED).status_code)


@pytest.mark.parametrize(("name", "wanted"), PAGES, ids=[name for name, _ in PAGES])
def test_a_visitor(
    ids: dict[str, UUID | str], client: Client, name: str, wanted: frozenset[str]
) -> None:
    path = reverse(name, kwargs={key: ids[key] for key in wanted})
    for answer in (client.get(path), client.post(path, TYPED)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")
