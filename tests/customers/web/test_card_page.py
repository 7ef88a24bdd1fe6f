"""The customer card: everything at a glance, for everybody who may see it and for nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import AuditEvent, StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.models.customer import RecordState
from customers.services.consent import record_consent
from customers.services.notes import add_note
from customers.services.removal import delete_customer
from customers.services.stage import change_stage
from customers.services.tags import set_tags
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
QUERIES = 32


def url(customer: Customer) -> str:
    return f"/customers/{customer.pk}/"


def text_of(html: bytes) -> str:
    """What a person reads: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def test_one_glance(acme: World, client_of: SignIn) -> None:
    desk = acme.actor(Role.RECEPTIONIST)
    customer = make_customer(desk, name="Ana de Souza", phone="0412 345 678", email="ana@ex.org")
    set_tags(actor=desk, customer_id=customer.pk, names=["vip"])
    record_consent(
        actor=desk, customer_id=customer.pk, channel="sms", granted=False, source="at the desk"
    )
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    make_lead(desk, branch=acme.north, customer=customer, owner_id=owner.pk, interest="Hatchback")
    south = acme.actor(Role.MANAGER)
    make_lead(south, branch=acme.south, customer=customer, interest="Wagon")
    add_note(actor=desk, customer_id=customer.pk, text="Comes with a guide dog.")
    answer = client_of(acme.staff[Role.RECEPTIONIST]).get(url(customer))
    page = text_of(answer.content)
    assert answer.status_code == 200
    for fact in (
        "Ana de Souza",
        customer.code,
        "vip",
        "0412 345 678",
        "ana@ex.org",
        "Text message No",
        "Open lead at North",
        f"With {owner.display_name}",
        "Hatchback",
        "Open lead at South",
        "Nobody owns it yet",
        "Comes with a guide dog.",
    ):
        assert fact in page, fact
    assert 'href="tel:+61412345678"' in answer.content.decode()


def test_a_look_is_written_down(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    client_of(acme.staff[Role.FINANCE]).get(url(customer))
    seen = AuditEvent.objects.get(action="customer.viewed")
    assert (seen.actor_name, seen.subject_id) == (
        acme.staff[Role.FINANCE].display_name,
        str(customer.pk),
    )


def test_another_company_reads_nothing(acme: World, globex: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor(), name="Ana de Souza")
    stranger = client_of(globex.staff[Role.ADMIN])
    found, missing = stranger.get(url(customer)), stranger.get(f"/customers/{acme.company.pk:032}/")
    assert found.status_code == 404
    assert missing.status_code == 404
    assert b"Souza" not in found.content


def test_nobody_without_a_sign_in(acme: World, client: Client) -> None:
    customer = make_customer(acme.actor())
    answer = client.get(url(customer))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_merged_card_leads_to_the_survivor(acme: World, client_of: SignIn) -> None:
    survivor, merged = make_customer(acme.actor()), make_customer(acme.actor())
    Customer.objects.filter(pk=merged.pk).update(
        record_state=RecordState.MERGED, merged_into=survivor
    )
    answer = client_of(acme.staff[Role.SERVICE]).get(url(merged), follow=True)
    assert answer.redirect_chain == [(url(survivor), 302)]
    assert "now part of this one" in text_of(answer.content)


def test_words_typed_on_a_card_that_was_merged_meanwhile(acme: World, client_of: SignIn) -> None:
    survivor, merged = make_customer(acme.actor(), name="Ana Lim"), make_customer(acme.actor())
    Customer.objects.filter(pk=merged.pk).update(
        record_state=RecordState.MERGED, merged_into=survivor
    )
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    answer = desk.post(f"{url(merged)}notes/", {"text": "Prefers mornings."})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Ana Lim" in html
    assert "now part of another one" in html
    assert "Prefers mornings." in html
    assert f'action="{url(survivor)}notes/"' in html
    edit = desk.get(f"{url(merged)}edit/")
    assert edit.headers["Location"] == f"{url(survivor)}edit/"


def test_a_deleted_card_is_for_those_who_may_restore_it(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    delete_customer(actor=acme.actor(Role.MANAGER), customer_id=customer.pk, reason="asked for it")
    manager = client_of(acme.staff[Role.MANAGER])
    page = text_of(manager.get(url(customer)).content)
    assert "This customer was deleted" in page
    assert "Restore" in page
    assert "Log walk-in" not in page
    assert client_of(acme.staff[Role.RECEPTIONIST]).get(url(customer)).status_code == 404
    manager.post(f"{url(customer)}restore/")
    customer.refresh_from_db()
    assert customer.is_live


def test_buttons_follow_the_role(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    finance = text_of(client_of(acme.staff[Role.FINANCE]).get(url(customer)).content)
    assert "Log walk-in" not in finance
    assert "Delete this customer" not in finance
    assert "Save note" in finance


def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    desk, client = acme.actor(Role.RECEPTIONIST), client_of(acme.staff[Role.RECEPTIONIST])
    customer = make_customer(desk)
    client.get(url(customer))  # the session row is written once a minute
    with django_assert_num_queries(QUERIES):
        client.get(url(customer))
    make_lead(desk, branch=acme.north, customer=customer)
    make_lead(acme.actor(Role.MANAGER), branch=acme.south, customer=customer)
    for number in range(8):
        add_note(actor=desk, customer_id=customer.pk, text=f"note {number}")
    with django_assert_num_queries(QUERIES):
        client.get(url(customer))


def test_older_events_come_in_parts(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    for number in range(30):
        add_note(actor=acme.actor(), customer_id=customer.pk, text=f"remark {number:02}")
    customer.notes.all().update(author_name="Kim")
    for number, note in enumerate(customer.notes.order_by("text")):
        customer.notes.filter(pk=note.pk).update(
            created_at=timezone.now() - timedelta(days=40 - number)
        )
    client = client_of(acme.staff[Role.RECEPTIONIST])
    html = client.get(f"{url(customer)}timeline/?kind=notes").content.decode()
    older = re.search(r'href="([^"]+before=[^"]+)"', html)
    assert older is not None
    assert "remark 29" in html
    assert "remark 09" not in html
    part = client.get(older[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    rest = part.content.decode()
    assert "remark 09" in rest
    assert "remark 00" in rest
    assert "<html" not in rest


@pytest.mark.parametrize("query", ["kind=x", "before=x", "before=2026-01-01T00:00", "kind=notes'"])
def test_damaged_timeline_links(acme: World, client_of: SignIn, query: str) -> None:
    customer = make_customer(acme.actor())
    client = client_of(acme.staff[Role.RECEPTIONIST])
    assert client.get(f"{url(customer)}timeline/?{query}").status_code == 400


def test_changes_are_stages_consent_and_edits(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor(), phone="0412 345 678")
    add_note(actor=acme.actor(), customer_id=customer.pk, text="Comes with a guide dog.")
    manager = acme.actor(Role.MANAGER)
    change_stage(actor=manager, customer_id=customer.pk, stage="customer", reason="bought")
    record_consent(
        actor=manager, customer_id=customer.pk, channel="sms", granted=True, source="by phone"
    )
    client = client_of(acme.staff[Role.RECEPTIONIST])
    part = client.get(
        f"{url(customer)}timeline/?kind=changes",
        headers={"HX-Request": "true", "HX-Target": "timeline"},
    )
    page = text_of(part.content)
    for told in ("Text message: yes to marketing", "Prospect → Customer", "+61412345678"):
        assert told in page, told
    assert "guide dog" not in page


def test_phones_are_changed_from_the_card(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    link = f'href="{url(customer)}edit/#reach"'
    assert link in client_of(acme.staff[Role.RECEPTIONIST]).get(url(customer)).content.decode()
    assert link not in client_of(acme.staff[Role.FINANCE]).get(url(customer)).content.decode()


def test_the_small_forms(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    manager = client_of(acme.staff[Role.MANAGER])
    manager.post(f"{url(customer)}notes/", {"text": "Prefers mornings."})
    manager.post(f"{url(customer)}stage/", {"stage": "customer", "reason": "bought"})
    manager.post(
        f"{url(customer)}consent/", {"channel": "email", "granted": "yes", "source": "by mail"}
    )
    page = text_of(manager.get(url(customer)).content)
    assert "Prefers mornings." in page
    assert "Prospect → Customer" in page
    assert "E-mail Yes" in page
    manager.post(f"{url(customer)}delete/", {"reason": "a test record"})
    customer.refresh_from_db()
    assert customer.record_state == RecordState.DELETED


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("notes/", {"text": "hello\x00there"}),
        ("notes/", {"text": ""}),
        ("notes/", {"text": "x" * 4001}),
        ("stage/", {"stage": "king", "reason": ""}),
        ("stage/", {"stage": "lead", "reason": "y" * 501}),
        ("consent/", {"channel": "telex", "granted": "yes", "source": "z"}),
        ("consent/", {"channel": "sms", "granted": "maybe", "source": "z"}),
        ("delete/", {"reason": ""}),
        ("delete/", {"reason": "bad\x00"}),
    ],
)
def test_bad_input_keeps_the_words(
    acme: World, client_of: SignIn, path: str, typed: dict[str, str]
) -> None:
    customer = make_customer(acme.actor())
    manager = client_of(acme.staff[Role.MANAGER])
    answer = manager.post(url(customer) + path, typed)
    assert answer.status_code == 422
    for words in typed.values():
        assert words.replace("\x00", "\ufffd")[:200] in answer.content.decode()


def test_a_role_without_the_right(acme: World, client_of: SignIn) -> None:
    customer = make_customer(acme.actor())
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    assert desk.post(f"{url(customer)}delete/", {"reason": "no"}).status_code == 403
    assert desk.post(f"{url(customer)}stage/", {"stage": "lead"}).status_code == 403
    assert client_of(acme.staff[Role.FINANCE]).get(f"{url(customer)}edit/").status_code == 403
