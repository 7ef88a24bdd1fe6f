"""The hooks: what is stored, what is refused, and what the sender is told."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import InboundDelivery, InboundSource, OutboxEvent
from tests.factories.inbox import Scripted, Sender, make_sender, use_handler
from tests.threads import run_threads
from tests.worlds import World

SIGNING = "a signing secret"


def only() -> InboundDelivery:
    return InboundDelivery.objects.get()


def test_json_is_kept_byte_for_byte(sender: Sender) -> None:
    raw = b'{"id": 1,  "do": "done", "name": "\xff\x00"}'
    answer = sender.send(raw, rest="orders/new?x=1%00", headers={"X-Event": "order"})
    assert (answer.status_code, answer.json()) == (200, {"status": "received"})
    kept = only()
    assert (bytes(kept.body), bytes(kept.query)) == (raw, b"x=1%00")
    assert (kept.method, kept.path_rest, kept.content_type) == (
        "POST",
        "orders/new",
        "application/json",
    )
    assert kept.headers["x-event"] == "order"
    assert kept.state == "received"
    assert OutboxEvent.objects.filter(topic="inbox.received").count() == 1


def test_a_query_and_a_form_are_deliveries_too(acme: World) -> None:
    sender = make_sender(acme, kind="capture")
    assert Client().get(sender.path + "?call_id=7&from=0412").status_code == 200
    form = "application/x-www-form-urlencoded"
    assert sender.send(b"name=Ana+Lee&x=%00", content_type=form).status_code == 200
    got, posted = InboundDelivery.objects.order_by("id")
    assert (got.method, bytes(got.query)) == ("GET", b"call_id=7&from=0412")
    assert (posted.content_type, bytes(posted.body)) == (form, b"name=Ana+Lee&x=%00")


def test_a_path_without_its_last_slash_works(sender: Sender) -> None:
    answer = Client().post(sender.path.rstrip("/"), b'{"id": 1}', content_type="text/plain")
    assert answer.status_code == 200


def test_a_path_with_any_bytes_is_kept(sender: Sender) -> None:
    assert sender.send(b'{"id": 1}', rest="a%00b%0Ac/%FF").status_code == 200
    assert only().path_rest == "a%00b%0Ac/%25FF"


@pytest.mark.parametrize("wrong", ["key", "secret", "inactive", "kind", "company"])
def test_whoever_does_not_know_the_path_finds_nothing(
    acme: World, globex: World, sender: Sender, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = InboundSource.objects.filter(pk=sender.source.pk)
    key, secret = sender.source.key, sender.secret
    match wrong:
        case "key":
            key = "0" * 16
        case "secret":
            secret = secret[:-1] + "!"
        case "inactive":
            sources.update(is_active=False)
        case "kind":
            sources.update(kind="gone")
        case "company":
            with globex.inside():
                secret = make_sender(globex).secret
    answer = Client().post(f"/hooks/{key}/{secret}/", b"{}", content_type="application/json")
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is nothing here.", "code": "not_found"}
    assert not InboundDelivery.objects.exists()


def test_the_delivery_belongs_to_the_sources_company(
    acme: World, globex: World, sender: Sender
) -> None:
    sender.send({"id": 1})
    assert only().company_id == acme.company.pk
    with globex.inside():
        assert not InboundDelivery.objects.exists()
        assert not InboundSource.objects.exists()


def test_a_repeat_is_counted_and_stored_once(sender: Sender) -> None:
    for _ in range(3):
        assert sender.send({"id": 1, "do": "done"}).status_code == 200
    kept = only()
    assert kept.repeats == 2
    assert kept.last_repeat_at is not None
    assert OutboxEvent.objects.filter(topic="inbox.received").count() == 1


def test_without_a_key_of_its_own_the_whole_request_is_the_key(sender: Sender) -> None:
    for body in (b"not json", b"not json", b"not json either"):
        assert sender.send(body).status_code == 200
    first, second = InboundDelivery.objects.order_by("id")
    assert (first.repeats, second.repeats) == (1, 0)
    assert first.external_key.startswith("sha256:")


@pytest.mark.parametrize("odd", ["x" * 300, "a\x00b", "\ud800"])
def test_a_key_that_cannot_be_kept_is_digested(sender: Sender, odd: str) -> None:
    assert sender.send({"id": odd}).status_code == 200
    assert sender.send({"id": odd}).status_code == 200
    assert (only().repeats, len(only().external_key)) == (1, 71)


def test_eight_at_once_store_one(committed: None, acme: World) -> None:
    with acme.inside():
        sender = make_sender(acme)
    answers = run_threads(8, lambda _: sender.send({"id": 1, "do": "done"}).status_code)
    assert answers == [200] * 8
    with acme.inside():
        assert only().repeats == 7


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_refused(acme: World, announced: bool) -> None:
    sender = make_sender(acme, kind="capture", max_body_bytes=10)
    assert sender.send(b"x" * 10).status_code == 200
    # A wrong Content-Length: what really came is counted as well.
    extra = {} if announced else {"CONTENT_LENGTH": "11"}
    answer = sender.send(b"x" * 11, **extra)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert InboundDelivery.objects.count() == 1


def test_who_sends_too_fast_is_asked_to_wait(acme: World) -> None:
    slow = make_sender(acme, name="slow", requests_per_minute=2)
    other = make_sender(acme, name="other", requests_per_minute=2)
    codes = [slow.send({"id": number}).status_code for number in range(6)]
    # The clock's minute may turn once meanwhile.
    assert codes.count(200) in (2, 4)
    assert codes.count(429) == 6 - codes.count(200)
    assert other.send({"id": 9}).status_code == 200
    waiting = next(answer for answer in iter(lambda: slow.send({"id": 5}), None))
    if waiting.status_code == 429:
        assert 1 <= int(waiting.headers["Retry-After"]) <= 60


def test_a_handshake_is_answered_and_not_stored(sender: Sender) -> None:
    answer = Client().get(sender.path + "?challenge=1158201444")
    assert answer.content == b"1158201444"
    assert answer.headers["Content-Type"] == "text/plain"
    assert not InboundDelivery.objects.exists()


def test_a_handshake_that_cannot_be_read_is_stored(sender: Sender) -> None:
    too_many = "&".join(f"field{number}=1" for number in range(1001))
    assert Client().get(f"{sender.path}?{too_many}").status_code == 200
    assert only().query == too_many.encode()


def test_other_methods_are_not_taken(sender: Sender) -> None:
    assert Client().delete(sender.path).status_code == 405
    assert Client().head(sender.path).status_code == 405


def test_secrets_in_headers_are_not_kept(sender: Sender) -> None:
    sender.send(
        {"id": 1},
        headers={
            "Authorization": "Bearer hush",
            "Cookie": "sessionid=hush",
            "X-Original-URI": sender.path + "hush",
        },
    )
    text = str(only().headers)
    assert "hush" not in text
    assert sender.secret not in text


def test_no_session_is_opened(sender: Sender) -> None:
    answer = sender.send({"id": 1})
    assert not answer.cookies


def signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_signature_over_the_raw_bytes_opens(acme: World) -> None:
    sender = make_sender(acme, kind="signed", signing_secret=SIGNING)
    body = b'{"id":  1}'
    signed = {"X-Signature": signature(SIGNING, body)}
    assert sender.send(body, headers=signed).status_code == 200
    assert "x-signature" not in only().headers
    assert sender.send(b'{"id": 1}', headers=signed).status_code == 401


@pytest.mark.parametrize("given", [None, "", "0" * 64, "ü", signature("another", b'{"id": 1}')])
def test_without_the_right_signature_nothing_is_stored(acme: World, given: str | None) -> None:
    sender = make_sender(acme, kind="signed", signing_secret=SIGNING)
    headers = {} if given is None else {"X-Signature": given}
    answer = sender.send(b'{"id": 1}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "refused")
    assert not InboundDelivery.objects.exists()


def test_a_source_without_its_signing_secret_is_closed(acme: World) -> None:
    sender = make_sender(acme, kind="signed")
    body = b'{"id": 1}'
    for secret in ("", SIGNING):
        signed = {"X-Signature": signature(secret, body)}
        assert sender.send(body, headers=signed).status_code == 401


@pytest.mark.parametrize("state", ["processed", "ignored", "dead", "dismissed"])
def test_a_notice_that_was_handled_is_handled_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    class Notice(Scripted):
        asks_to_look_again = True

    use_handler(monkeypatch, Notice())
    sender.send({"id": 1, "do": "done"})
    later = timezone.now() + timedelta(hours=1)
    InboundDelivery.objects.update(state=state, attempts=3, due_at=later, error="why")
    sender.send({"id": 1, "do": "done"})
    kept = only()
    assert (kept.state, kept.attempts, kept.repeats) == ("received", 0, 1)
    assert kept.due_at <= timezone.now()
