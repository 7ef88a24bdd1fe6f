"""The inbox in the Django admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.inbox.display import MOST_SHOWN, shown_bytes
from crm.models import InboundDelivery, InboundSource, StaffMember
from crm.roles import Role
from crm.services.inbound_processing import drain
from crm.services.inbound_receiving import signing_secrets
from tests.factories.inbox import Scripted, Sender, make_sender, use_handler
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
LIST = "admin:crm_inbounddelivery_changelist"
ADD = "admin:crm_inboundsource_add"
FORM = {
    "name": "Tickets",
    "kind": "scripted",
    "is_active": "on",
    "settings": '{"day_first": true}',
    "retention_days": "30",
    "max_body_bytes": "1000",
    "requests_per_minute": "60",
    "signing_secret": "",
}


@pytest.fixture
def admin(acme: World, client_of: SignIn) -> Client:
    """Acme's admin at the keyboard."""
    return client_of(acme.staff[Role.ADMIN])


def shown_address(answer: Any) -> str:
    said = [str(message) for message in answer.context["messages"]]
    (address,) = (text.split("http://testserver")[1] for text in said if "shown only now" in text)
    return address


def page_of(delivery: InboundDelivery) -> str:
    return reverse("admin:crm_inbounddelivery_change", args=[delivery.pk])


def only() -> InboundDelivery:
    return InboundDelivery.objects.get()


def test_the_address_of_a_new_source_is_shown_once_and_works(acme: World, admin: Client) -> None:
    answer = admin.post(reverse(ADD), {**FORM, "_continue": "1"}, follow=True)
    address = shown_address(answer)
    assert Client().post(address, b'{"id": 1}', content_type="text/plain").status_code == 200
    source = InboundSource.objects.get()
    assert (source.name, source.settings, source.retention_days) == (
        "Tickets",
        {"day_first": True},
        30,
    )
    page = reverse("admin:crm_inboundsource_change", args=[source.pk])
    again = admin.get(page).content.decode()
    assert source.key in again
    assert address.split("/")[3] not in again


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"settings": "[1]"}, "Write an object"),
        ({"settings": "{"}, "valid JSON"),
        ({"retention_days": "0"}, "greater than or equal to 1"),
        ({"kind": "unheard of"}, "not one of the available choices"),
    ],
)
def test_a_bad_source_is_refused_at_its_field(
    acme: World, admin: Client, values: dict[str, str], message: str
) -> None:
    answer = admin.post(reverse(ADD), {**FORM, **values})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not InboundSource.objects.exists()


def test_a_name_is_taken_once_in_a_company(acme: World, admin: Client, sender: Sender) -> None:
    answer = admin.post(reverse(ADD), {**FORM, "name": sender.source.name})
    assert "already exists" in answer.content.decode()
    assert InboundSource.objects.count() == 1


def test_a_source_is_changed_and_its_signing_secret_is_never_shown(
    acme: World, admin: Client
) -> None:
    source = make_sender(acme, kind="signed", signing_secret="the first").source
    page = reverse("admin:crm_inboundsource_change", args=[source.pk])
    admin.post(page, {**FORM, "signing_secret": "the second"})
    source.refresh_from_db()
    assert (source.name, source.kind) == ("Tickets", "signed")
    assert signing_secrets(source) == ["the second", "the first"]
    admin.post(page, {**FORM, "name": "Renamed"})
    source.refresh_from_db()
    assert signing_secrets(source) == ["the second", "the first"]
    shown = admin.get(page).content.decode()
    assert "the second" not in shown
    assert "the first" not in shown


@pytest.mark.parametrize("at_once", [False, True])
def test_rotation_by_a_button(acme: World, admin: Client, sender: Sender, at_once: bool) -> None:
    url = reverse("admin:crm_inboundsource_rotate", args=[sender.source.pk])
    answer = admin.post(url, {"at_once": "1"} if at_once else {}, follow=True)
    new = shown_address(answer)
    assert Client().post(new, b"{}", content_type="text/plain").status_code == 200
    assert sender.send({"id": 1}).status_code == (404 if at_once else 200)
    assert admin.get(url).status_code == 405


def test_the_page_of_a_delivery_shows_raw_parsed_and_result(
    acme: World, admin: Client, sender: Sender
) -> None:
    sender.send(b'{"id": 1, "do": "done", "x": "<script>"}', rest="a?b=c", headers={"X-A": "seen"})
    drain(acme.company.pk)
    text = admin.get(page_of(only())).content.decode()
    for part in ("&lt;script&gt;", "b=c", "x-a: seen", "asked", "order", "Processed"):
        assert part in text, part
    assert "<script>&quot;" not in text
    assert 'name="reason"' not in text


def test_the_page_of_what_cannot_be_read(acme: World, admin: Client, sender: Sender) -> None:
    sender.send(b"\x00\xff\x01")
    drain(acme.company.pk)
    text = admin.get(page_of(only())).content.decode()
    assert "00 ff 01" in text
    assert "It cannot be read: The body is not JSON." in text


def test_a_faulty_parser_does_not_close_the_page(
    acme: World, admin: Client, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Faulty(Scripted):
        def parse(self, request: Any, source: Any) -> Any:
            raise KeyError("Ana")

    sender.send({"id": 1, "do": "done"})
    use_handler(monkeypatch, Faulty())
    text = admin.get(page_of(only())).content.decode()
    assert "The parser failed (KeyError)." in text


def test_replay_and_dismiss_by_the_buttons_of_the_page(
    acme: World, admin: Client, sender: Sender
) -> None:
    sender.send({"id": 1, "do": "never"})
    drain(acme.company.pk)
    assert 'name="reason"' in admin.get(page_of(only())).content.decode()
    replay = reverse("admin:crm_inbounddelivery_replay", args=[only().pk])
    dismiss = reverse("admin:crm_inbounddelivery_dismiss", args=[only().pk])
    assert admin.get(replay).status_code == admin.get(dismiss).status_code == 405
    admin.post(replay)
    assert only().state == "received"
    drain(acme.company.pk)
    answer = admin.post(dismiss, {"reason": " "}, follow=True)
    assert "Say why" in answer.content.decode()
    assert only().state == "dead"
    admin.post(dismiss, {"reason": "A test\x00 order"})
    assert (only().state, only().error) == ("dismissed", "A test order")
    answer = admin.post(dismiss, {"reason": "again"}, follow=True)
    assert "nothing to dismiss" in answer.content.decode()


def test_the_chosen_ones_are_replayed_from_the_list(
    acme: World, admin: Client, sender: Sender
) -> None:
    for number in range(3):
        sender.send({"id": number, "do": "ignore"})
    drain(acme.company.pk)
    chosen = [str(pk) for pk in InboundDelivery.objects.values_list("pk", flat=True)[:2]]
    admin.post(reverse(LIST), {"action": "replay_selected", "_selected_action": chosen})
    assert InboundDelivery.objects.filter(state="received").count() == 2


@pytest.mark.parametrize("which", ["dead", "outdated"])
def test_replay_of_a_source(acme: World, admin: Client, sender: Sender, which: str) -> None:
    sender.send({"id": 1, "do": "never"})
    sender.send({"id": 2, "do": "done"})
    drain(acme.company.pk)
    InboundDelivery.objects.filter(state="processed").update(parser_version=0)
    url = reverse("admin:crm_inboundsource_replay", args=[sender.source.pk])
    assert "1 will be processed" in admin.post(url, {which: "1"}, follow=True).content.decode()
    expected = {"dead": {"received", "processed"}, "outdated": {"received", "dead"}}[which]
    assert set(InboundDelivery.objects.values_list("state", flat=True)) == expected


def test_filters_and_a_fixed_number_of_queries(acme: World, admin: Client, sender: Sender) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert admin.get(reverse(LIST)).status_code == 200
        return len(captured)

    sender.send({"id": "first", "do": "done"})
    queries()
    few = queries()
    for number in range(10):
        sender.send({"id": number, "do": "never"})
    drain(acme.company.pk)
    assert queries() == few
    found = admin.get(
        reverse(LIST), {"state__exact": "dead", "source__id__exact": str(sender.source.pk)}
    )
    assert found.context["cl"].result_count == 10
    heavy = [query["sql"] for query in _captured(admin) if '"body"' in query["sql"]]
    assert heavy == []


def _captured(admin: Client) -> list[dict[str, str]]:
    with CaptureQueriesContext(connection) as captured:
        admin.get(reverse(LIST))
    return captured.captured_queries


PAGES = ("delivery", "replay", "dismiss", "source", "rotate", "replay source")


def address(page: str, sender: Sender, delivery: InboundDelivery) -> str:
    names = {
        "delivery": ("crm_inbounddelivery_change", delivery.pk),
        "replay": ("crm_inbounddelivery_replay", delivery.pk),
        "dismiss": ("crm_inbounddelivery_dismiss", delivery.pk),
        "source": ("crm_inboundsource_change", sender.source.pk),
        "rotate": ("crm_inboundsource_rotate", sender.source.pk),
        "replay source": ("crm_inboundsource_replay", sender.source.pk),
    }
    name, pk = names[page]
    return reverse(f"admin:{name}", args=[pk])


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_nothing(
    acme: World, globex: World, sender: Sender, client_of: SignIn, page: str
) -> None:
    sender.send({"id": 1, "do": "never"})
    drain(acme.company.pk)
    url = address(page, sender, only())
    stranger = client_of(globex.staff[Role.ADMIN])
    answers = [stranger.get(url)] if page in ("delivery", "source") else []
    if page != "delivery":  # that page has no form
        answers.append(stranger.post(url, {**FORM, "reason": "because"}))
    for answer in answers:
        # Django's own pages send whoever asks for nothing back to the start.
        assert answer.status_code in (302, 404)
        assert answer.headers.get("Location", "/admin/") == "/admin/"
    assert only().state == "dead"
    sender.source.refresh_from_db()
    assert (sender.source.name, sender.source.previous_secret_until) == ("scripted", None)


@pytest.mark.parametrize("page", PAGES)
def test_other_roles_are_turned_away(
    acme: World, sender: Sender, client_of: SignIn, page: str
) -> None:
    sender.send({"id": 1, "do": "never"})
    drain(acme.company.pk)
    manager = client_of(acme.staff[Role.MANAGER])
    answer = manager.post(address(page, sender, only()), {"reason": "because"}, follow=True)
    assert answer.status_code == 403
    assert only().state == "dead"


def test_bytes_as_people_read_them() -> None:
    assert shown_bytes("Ana Müller ☎".encode()) == "Ana Müller ☎"
    assert shown_bytes(b"\xff0123456789abcde!").splitlines() == [
        "000000  ff 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65  .0123456789abcde",
        "000010  21                                               !",
    ]
    long = shown_bytes("ü".encode() * MOST_SHOWN)
    assert long.endswith("… and 65,536 more bytes")
    assert long.startswith("üü")
