"""Linking oneself by phone: only who holds the phone, never who only knows the number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import outbox
from crm.errors import Conflict, Forbidden, InvalidInput, Unavailable
from crm.models import OutboxEvent
from crm.roles import Role
from customers.models import LinkCode, LinkCodeChannel, ProfileLink
from customers.profile_links import channels as channel_registry
from customers.profile_links.channels import (
    ChannelSettings,
    CodeMessage,
    SendingFailed,
    register_channel,
)
from customers.profile_links.console_channel import ConsoleChannel
from customers.services.code_channels import set_code_channel
from customers.services.link_codes import MOST_TRIES, TooManyTries, ask_for_code, link_by_code
from customers.services.profile_links import link_profile, unlink_profile
from customers.services.removal import delete_customer
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

LINE = {"provider": "line", "profile_id": "U4af4980629"}
PHONE, NOBODYS = "+61412345678", "+61498765432"


class Postbox:
    """A channel whose messages can be read; it fails when it is told to."""

    name, needs_url = "Postbox", False

    def __init__(self) -> None:
        self.messages: list[CodeMessage] = []
        self.failures = 0

    def send(self, message: CodeMessage, settings: ChannelSettings) -> None:
        if self.failures:
            self.failures -= 1
            raise SendingFailed("it does not answer")
        self.messages.append(message)


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Postbox:
    monkeypatch.setattr(channel_registry, "_channels", {})
    box = Postbox()
    register_channel("postbox", box)
    return box


@pytest.fixture
def channel(acme: World, postbox: Postbox) -> LinkCodeChannel:
    with acme.inside():
        return set_code_channel(actor=acme.actor(Role.ADMIN), kind="postbox")[0]


def ask(world: World, phone: str = PHONE, profile_id: str = LINE["profile_id"]) -> None:
    ask_for_code(actor=world.system(), provider="line", profile_id=profile_id, phone_text=phone)
    outbox.drain(world.company.pk)


def answer(world: World, code: str, profile_id: str = LINE["profile_id"]) -> bool:
    return link_by_code(
        actor=world.system(), provider="line", profile_id=profile_id, code_text=code
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.usefixtures("channel")
def test_who_holds_the_phone_is_linked(acme: World, postbox: Postbox) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    ask(acme, "0412 345 678")
    (message,) = postbox.messages
    assert (message.phone, len(message.code), message.company_name) == (PHONE, 6, "Acme")
    assert not answer(acme, wrong(message.code))
    assert ProfileLink.objects.get().customer is None
    assert answer(acme, f" {message.code} ")
    link = ProfileLink.objects.get()
    assert (link.customer, link.match_method, link.match_confidence) == (ana, "one_time_code", 1.0)
    assert not link.decided_by_human
    assert OutboxEvent.objects.filter(topic="link.linked").count() == 1
    assert not answer(acme, message.code), "a code works once"


@pytest.mark.usefixtures("channel")
def test_nothing_readable_is_kept(acme: World, postbox: Postbox) -> None:
    make_customer(acme.system(), phone=PHONE)
    ask(acme)
    row, (message,) = LinkCode.objects.get(), postbox.messages
    for kept in (row.phone_sealed, row.phone_digest, row.code_digest):
        assert kept is not None
        assert PHONE.encode() not in bytes(kept)
        assert message.code.encode() not in bytes(kept)
    assert message.code not in repr(message)
    assert PHONE not in repr(message)
    assert PHONE not in str(OutboxEvent.objects.filter(topic="link.code_asked").values())


@pytest.mark.usefixtures("channel")
def test_numbers_of_nobody_and_of_several_get_no_code_and_the_same_answer(
    acme: World, postbox: Postbox
) -> None:
    make_customer(acme.system(), phone=PHONE)
    make_customer(acme.system(), name="Mother", phone="+61400000001")
    make_customer(acme.system(), name="Child", phone="+61400000001", share=True)
    gone = make_customer(acme.system(), phone="+61400000002")
    delete_customer(actor=acme.system(), customer_id=gone.pk, reason="asked")
    costs = set()
    for number, phone in enumerate((PHONE, NOBODYS, "+61400000001", "+61400000002")):
        actor = acme.system()
        with CaptureQueriesContext(connection) as queries:
            ask_for_code(actor=actor, provider="line", profile_id=f"U{number}", phone_text=phone)
        costs.add(len(queries))
        outbox.drain(acme.company.pk)
    assert len(costs) == 1, "the same work for every number, so the same time"
    assert [message.phone for message in postbox.messages] == [PHONE]
    assert not answer(acme, "000000", "U1")


@pytest.mark.usefixtures("channel")
def test_a_code_ends_after_ten_minutes(acme: World, postbox: Postbox) -> None:
    make_customer(acme.system(), phone=PHONE)
    ask(acme)
    LinkCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not answer(acme, postbox.messages[0].code)


@pytest.mark.usefixtures("channel")
def test_only_the_newest_code_counts(acme: World, postbox: Postbox) -> None:
    make_customer(acme.system(), phone=PHONE)
    ask(acme)
    ask(acme)
    first, second = (message.code for message in postbox.messages)
    if first != second:
        assert not answer(acme, first)
    assert answer(acme, second)


@pytest.mark.usefixtures("channel")
def test_whose_phone_it_is_is_asked_again(acme: World, postbox: Postbox) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    ask(acme)
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="entered twice")
    assert not answer(acme, postbox.messages[0].code)
    assert ProfileLink.objects.get().customer is None


@pytest.mark.usefixtures("channel")
def test_five_wrong_codes_end_it_for_the_profile_and_for_the_phone(
    acme: World, postbox: Postbox
) -> None:
    make_customer(acme.system(), phone=PHONE)
    ask(acme)
    code = postbox.messages[0].code
    for _ in range(MOST_TRIES):
        assert not answer(acme, wrong(code))
    with pytest.raises(TooManyTries) as refused:
        answer(acme, code)
    assert refused.value.details == {"retry_after": 900}
    with pytest.raises(TooManyTries):
        ask(acme, NOBODYS)
    with pytest.raises(TooManyTries):
        ask(acme, PHONE, "U-other")  # the phone is not guessed at by many profiles either
    LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    ask(acme)
    assert answer(acme, postbox.messages[-1].code)


@pytest.mark.usefixtures("channel")
def test_five_codes_are_asked_for_at_most(acme: World) -> None:
    for _ in range(MOST_TRIES):
        ask(acme, NOBODYS)
    with pytest.raises(TooManyTries):
        ask(acme, PHONE)
    with pytest.raises(TooManyTries):
        ask(acme, NOBODYS, "U-other")


@pytest.mark.usefixtures("channel")
def test_eight_guesses_at_once_count_as_eight(
    acme: World, committed: None, postbox: Postbox
) -> None:
    with acme.inside():
        make_customer(acme.system(), phone=PHONE)
        ask_for_code(actor=acme.system(), phone_text=PHONE, **LINE)
    outbox.drain(acme.company.pk)
    code = wrong(postbox.messages[0].code)

    def guess(_: int) -> str:
        with acme.inside():
            try:
                return "linked" if answer(acme, code) else "wrong"
            except TooManyTries:
                return "too many"

    said = run_threads(8, guess)
    assert sorted(said) == ["too many"] * 3 + ["wrong"] * MOST_TRIES


@pytest.mark.usefixtures("channel")
def test_what_staff_unlinked_stays_unlinked(acme: World, postbox: Postbox) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    ask(acme)
    link = link_profile(actor=acme.system(), customer_id=ana.pk, **LINE)
    unlink_profile(actor=acme.system(), link_id=link.pk, reason="not hers")
    for attempt in (lambda: answer(acme, postbox.messages[0].code), lambda: ask(acme)):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.code == "unlinked_by_staff"


@pytest.mark.usefixtures("channel")
def test_a_failed_sending_is_tried_again(acme: World, postbox: Postbox) -> None:
    make_customer(acme.system(), phone=PHONE)
    postbox.failures = 1
    ask(acme)
    event = OutboxEvent.objects.get(topic="link.code_asked")
    assert (event.attempts, event.last_error) == (1, "SendingFailed")
    assert LinkCode.objects.get().sent_at is None
    OutboxEvent.objects.update(due_at=timezone.now())
    outbox.drain(acme.company.pk)
    assert answer(acme, postbox.messages[0].code)


def test_without_a_channel_nobody_is_told_more(acme: World, postbox: Postbox) -> None:
    make_customer(acme.system(), phone=PHONE)
    for phone in (PHONE, NOBODYS):
        with pytest.raises(Unavailable) as refused:
            ask(acme, phone)
        assert refused.value.code == "no_code_channel"


@pytest.mark.usefixtures("channel")
def test_what_is_no_phone(acme: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(acme, "hello")
    assert set(refused.value.fields) == {"phone"}
    assert not ProfileLink.objects.exists()


def test_channels_are_chosen_from_the_list(acme: World, postbox: Postbox) -> None:
    admin = acme.actor(Role.ADMIN)
    with pytest.raises(InvalidInput):
        set_code_channel(actor=admin, kind="pigeon")
    first, secret = set_code_channel(actor=admin, kind="postbox")
    second, _ = set_code_channel(actor=admin, kind="postbox", is_active=False)
    assert (first.pk, second.is_active, secret) == (second.pk, False, "")
    with pytest.raises(Forbidden):
        set_code_channel(actor=acme.actor(Role.MANAGER), kind="postbox")


def test_the_console(capsys: pytest.CaptureFixture[str], acme: World) -> None:
    message = CodeMessage(
        id=acme.north.pk,
        phone=PHONE,
        code="123456",
        expires_at=timezone.now(),
        company_name="Acme",
    )
    ConsoleChannel().send(message, ChannelSettings())
    assert "123456" in capsys.readouterr().out
