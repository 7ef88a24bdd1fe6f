"""Importing orders in the browser: choose, look, start, watch, stop, undo."""

import csv
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from scoring.models import ImportPhase, ImportState, Order, OrderImport, OrderImportProblem
from scoring.services.import_run import run_import
from scoring.services.import_undo import run_undo
from scoring.web import import_forms
from tests.factories.order_imports import imported, kept, orders_file, started
from tests.scoring.orders.recorded import recorded
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/imports/orders/"
FILE = orders_file("1,2026-01-01,,,AUD,10,,ana@example.com,Ana,Lim")
TYPED = {"platform": "shop", "currency": "AUD", "zone": "Australia/Sydney", "region": "AU"}
QUERIES = 11


@pytest.fixture
def finance(acme: World, client_of: SignIn) -> Client:
    return client_of(acme.staff[Role.FINANCE])


def choose(client: Client, content: bytes, name: str = "orders.csv") -> str:
    answer = client.post(f"{URL}new/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def test_from_the_file_to_the_orders(acme: World, finance: Client) -> None:
    page = choose(finance, FILE)
    html = finance.get(page).content.decode()
    for fact in ("Orders CSV", "1 row", "ana@example.com", "How to read it"):
        assert fact in html
    answer = finance.post(f"{page}start/", TYPED)
    assert answer.headers["Location"] == page
    order_import = OrderImport.objects.get()
    assert "Waiting for a worker" in finance.get(page).content.decode()
    run_import(company_id=acme.company.pk, import_id=order_import.pk)
    html = finance.get(page).content.decode()
    assert "Done" in html
    assert Order.objects.get().platform == "shop"


def test_a_file_that_is_none_is_kept_and_explained(acme: World, finance: Client) -> None:
    page = choose(finance, b"Name,Phone\nAna,1\n")
    html = finance.get(page).content.decode()
    assert "This file cannot be imported" in html
    assert "“order_id”" in html
    assert bytes(OrderImport.objects.get().content) == b"Name,Phone\nAna,1\n"
    assert finance.post(f"{page}start/", TYPED).status_code == 422


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x00" * 50, b"PK\x03\x04", b"\xff"])
def test_any_bytes_get_an_answer(acme: World, finance: Client, content: bytes) -> None:
    answer = finance.post(f"{URL}new/", {"file": SimpleUploadedFile("x\x00.csv", content)})
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert finance.get(answer.headers["Location"]).status_code == 200


def test_no_file_and_too_large_a_file(
    acme: World, finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Choose a file." in finance.post(f"{URL}new/").content.decode()
    monkeypatch.setattr(import_forms, "LARGEST_FILE", 5)
    answer = finance.post(f"{URL}new/", {"file": SimpleUploadedFile("x.csv", b"123456")})
    assert answer.status_code == 422
    assert "larger than 25 MB" in answer.content.decode()
    assert not OrderImport.objects.exists()


def test_dates_in_doubt_are_shown_both_ways_and_asked_for(acme: World, finance: Client) -> None:
    page = choose(finance, recorded("orders_csv/slashed_semicolon.csv"))
    html = finance.get(page).content.decode()
    for fact in ("08/03/2026", "8 March 2026", "3 August 2026", "no such day"):
        assert fact in html
    answer = finance.post(f"{page}start/", TYPED)
    assert answer.status_code == 422
    assert OrderImport.objects.get().state == ImportState.NEW
    assert finance.post(f"{page}start/", {**TYPED, "date_order": "day_first"}).status_code == 302
    assert OrderImport.objects.get().options["date_order"] == "day_first"


def test_humanitix_is_asked_neither_platform_nor_doubt(acme: World, finance: Client) -> None:
    page = choose(finance, recorded("humanitix/orders.csv"))
    html = finance.get(page).content.decode()
    assert 'name="platform"' not in html
    assert 'value="day_first" checked' in html.replace(
        '" id="id_date_order_0" checked', '" checked'
    )
    typed = {name: value for name, value in TYPED.items() if name != "platform"}
    assert finance.post(f"{page}start/", typed).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"currency": "dollars"},
        {"currency": "12"},
        {"region": "ZZ"},
        {"zone": "Mars/Base"},
        {"layout": "secret"},
        {"layout": "humanitix_csv"},
        {"platform": ""},
        {"platform": "\x00"},
        {"reported_at": "soon"},
    ],
)
def test_wrong_answers_come_back(acme: World, finance: Client, typed: dict[str, str]) -> None:
    page = choose(finance, FILE)
    answer = finance.post(f"{page}start/", {**TYPED, **typed})
    assert answer.status_code == 422
    assert OrderImport.objects.get().state == ImportState.NEW


def test_the_same_file_again_is_asked_about(acme: World, finance: Client) -> None:
    imported(acme, FILE)
    page = choose(finance, FILE)
    assert "has been imported before" in finance.get(page).content.decode()
    answer = finance.post(f"{page}start/", TYPED)
    assert answer.status_code == 422
    assert "Tick this if you mean it" in answer.content.decode()
    assert finance.post(f"{page}start/", {**TYPED, "again": "on"}).status_code == 302


def test_progress_for_htmx_and_without(acme: World, finance: Client) -> None:
    order_import = started(acme, FILE)
    url = f"{URL}{order_import.pk}/progress/"
    answer = finance.get(url, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'hx-trigger="every 1s"' in answer.content.decode()
    assert "HX-Refresh" not in answer.headers
    assert finance.get(url).headers["Location"] == f"{URL}{order_import.pk}/"
    assert 'http-equiv="refresh"' in finance.get(f"{URL}{order_import.pk}/").content.decode()
    run_import(company_id=acme.company.pk, import_id=order_import.pk)
    answer = finance.get(url, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in answer.content.decode()


def test_stop_go_on_and_undo(acme: World, finance: Client) -> None:
    order_import = started(acme, FILE)
    page = f"{URL}{order_import.pk}/"
    for action, state in (("cancel", "cancelled"), ("resume", "waiting")):
        assert finance.post(f"{page}{action}/").headers["Location"] == page
        order_import.refresh_from_db()
        assert order_import.state == state
    run_import(company_id=acme.company.pk, import_id=order_import.pk)
    assert "Undo this import" in finance.get(page).content.decode()
    finance.post(f"{page}undo/")
    assert "Undoing" in finance.get(page).content.decode()
    run_undo(company_id=acme.company.pk, import_id=order_import.pk)
    html = finance.get(page).content.decode()
    assert "What the undo did" in html
    assert "Undo this import" not in html
    again = finance.post(f"{page}undo/", follow=True).content.decode()
    assert "Only an import that has ended can be undone." in again


def test_problems_on_the_page_and_as_a_harmless_csv(acme: World, finance: Client) -> None:
    order_import = imported(acme, recorded("orders_csv/bad_rows.csv"))
    OrderImportProblem.objects.create(
        company=acme.company,
        order_import=order_import,
        phase=ImportPhase.UNDOING,
        message="=1+1",
    )
    page = f"{URL}{order_import.pk}/"
    assert "This is not a date" in finance.get(page).content.decode()
    answer = finance.get(f"{page}problems.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["Step", "Row", "Column", "What"]
    assert [line[1] for line in lines[1:]] == ["2", "3", "4", "6", "7", "8", ""]
    assert lines[-1] == ["Undo", "", "", "'=1+1"]


def test_the_list(acme: World, finance: Client) -> None:
    assert "No imports yet" in finance.get(URL).content.decode()
    manager = acme.actor(Role.MANAGER)
    for number in range(52):
        kept(manager, FILE, f"orders {number:02}.csv")
    first = finance.get(URL)
    assert "orders 51.csv" in first.content.decode()
    second = finance.get(URL + first.context["next_url"]).content.decode()
    assert "orders 00.csv" in second
    assert finance.get(f"{URL}?cursor=x").status_code == 400


def test_queries_do_not_grow(
    acme: World, finance: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    order_import = imported(acme, recorded("orders_csv/bad_rows.csv"))
    for number in range(20):
        kept(acme.actor(Role.MANAGER), FILE, f"{number}.csv")
    for url in (URL, f"{URL}{order_import.pk}/"):
        finance.get(url)
        with django_assert_max_num_queries(QUERIES):  # type: ignore[attr-defined]
            finance.get(url)


def test_strangers(acme: World, globex: World, client_of: SignIn) -> None:
    order_import = imported(acme, FILE)
    page = f"{URL}{order_import.pk}/"
    other = client_of(globex.staff[Role.ADMIN])
    desk = client_of(acme.staff[Role.RECEPTIONIST])
    for url in (page, f"{page}progress/", f"{page}problems.csv"):
        assert other.get(url).status_code == 404
        assert desk.get(url).status_code == 403
        assert Client().get(url).status_code == 302
    for action in ("start", "cancel", "resume", "undo"):
        assert other.post(f"{page}{action}/").status_code == 404
        assert desk.post(f"{page}{action}/").status_code == 403
    assert desk.get(URL).status_code == 403
    assert desk.post(f"{URL}new/").status_code == 403
    assert file_name_is_absent(other)


def file_name_is_absent(client: Client) -> bool:
    return "orders.csv" not in client.get(URL).content.decode()
