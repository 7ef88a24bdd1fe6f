"""App profiles by the API, as staff and their systems decide about them."""

from typing import Any

import pytest

from crm.roles import Role
from customers.models import ProfileLink
from tests.customers.api.answers import MISSING, body_of, refusal, wrong_fields
from tests.factories.api_clients import client_of_staff, client_with_key
from tests.factories.customers import make_customer
from tests.worlds import World


def test_link_hand_on_unlink_release(acme: World, django_assert_num_queries: Any) -> None:
    client = client_with_key(acme)
    one, other = make_customer(acme.actor()), make_customer(acme.actor(), name="Bo Ek")
    body = {"provider": "LINE", "profile_id": "U1", "customer_id": str(one.pk)}
    link = body_of(client.post("profile-links", body))
    assert (link["provider"], link["customer_id"]) == ("line", str(one.pk))
    assert (link["decided_by_human"], link["is_blocked"]) == (True, False)
    assert body_of(client.post("profile-links", body)) == link
    elsewhere = client.post("profile-links", {**body, "customer_id": str(other.pk)})
    assert refusal(elsewhere) == (409, "linked_elsewhere")
    assert body_of(elsewhere)["link_id"] == link["id"]
    url = f"profile-links/{link['id']}"
    handed = client.post(f"{url}/relink", {"customer_id": str(other.pk), "reason": "asked"})
    assert body_of(handed)["customer_id"] == str(other.pk)
    with django_assert_num_queries(8):
        (shown,) = body_of(client.get(f"customers/{other.pk}/profile-links"))["results"]
    assert shown == {
        name: value
        for name, value in body_of(client.get(url)).items()
        if name not in ("customer_id", "is_blocked")
    }
    with django_assert_num_queries(8):
        found = body_of(client.get("profile-links?provider=line&profile_id=U1"))["results"]
    assert [row["id"] for row in found] == [link["id"]]
    assert body_of(client.get("profile-links?profile_id=U2"))["results"] == []
    assert refusal(client.post(f"{url}/release")) == (409, "not_blocked")
    assert wrong_fields(client.post(f"{url}/unlink", {})) == {"reason"}
    gone = body_of(client.post(f"{url}/unlink", {"reason": "not theirs"}))
    assert (gone["customer_id"], gone["is_blocked"]) == (None, True)
    assert refusal(client.post(f"{url}/unlink", {"reason": "again"})) == (409, "not_linked")
    assert not body_of(client.post(f"{url}/release"))["is_blocked"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"provider": ""}, "provider"),
        ({"provider": "x" * 41}, "provider"),
        ({"profile_id": 7}, "profile_id"),
        ({"profile_id": "x" * 201}, "profile_id"),
        ({"customer_id": "me"}, "customer_id"),
        ({"force": True}, "force"),
    ],
)
def test_wrong_values(acme: World, changes: dict[str, Any], field: str) -> None:
    body = {"provider": "line", "profile_id": "U1", "customer_id": MISSING, **changes}
    assert wrong_fields(client_with_key(acme).post("profile-links", body)) == {field}


def test_who_may(acme: World, globex: World) -> None:
    with globex.inside():
        strange = make_customer(globex.actor())
    body = {"provider": "line", "profile_id": "U1", "customer_id": str(strange.pk)}
    assert refusal(client_with_key(acme).post("profile-links", body)) == (404, "not_found")
    assert not ProfileLink.objects.exists()
    writer = client_with_key(acme, ["customers:write"])
    assert refusal(writer.post("profile-links", body)) == (403, "insufficient_scope")
    ours = {**body, "customer_id": str(make_customer(acme.actor()).pk)}
    assert client_of_staff(acme, Role.MANAGER).post("profile-links", ours).status_code == 200
    assert body_of(client_with_key(globex).get("profile-links"))["results"] == []
