"""The receptionist: the phone rings, somebody walks in, somebody corrects a name."""

import re

import pytest
from playwright.sync_api import expect

from crm.demo.cast import ANANYA, FARHAN, MEERA, SURESH, UNKNOWN_CALLER
from tests.browser.site import Site
from tests.browser.windows import Windows, field, sign_in

LEADS = re.compile("^Open lead")
ANANYA_SAID = [
    "98450 12345",
    "98450-12345",
    "(98450) 12345",
    "+91 98450 12345",
    "0091 98450 12345",
    "098450 12345",
    "12345",
    "2345",
    "450123",
]


def test_signs_in(windows: Windows) -> None:
    page = windows.open()
    page.goto("/")
    expect(page).to_have_title(re.compile("^Sign in"))
    sign_in(page, "reception@motors.example")
    expect(page.get_by_role("combobox")).to_be_focused()


@pytest.mark.parametrize("said", ANANYA_SAID)
def test_finds_the_caller_however_the_number_is_said(windows: Windows, said: str) -> None:
    page = windows.open("reception")
    page.goto("/")
    page.get_by_role("combobox").press_sequentially(said)
    expect(page.get_by_role("option").filter(has_text=ANANYA.full_name)).to_be_visible()


def test_opens_the_card_by_keyboard_alone(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/leads/")
    page.keyboard.press("/")
    page.keyboard.type("iyer")
    found = page.get_by_role("option")
    expect(found.nth(2)).to_contain_text("Iyer")
    expect(found.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(found.nth(1)).to_have_attribute("aria-selected", "true")
    name = found.nth(1).locator(".search-option-title").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_sees_the_lead_of_another_branch_with_owner_and_status(windows: Windows) -> None:
    page = windows.open("reception.whitefield")
    page.goto("/")
    page.keyboard.type("98450 12345")
    found = page.get_by_role("option").filter(has_text=ANANYA.full_name)
    expect(found).to_contain_text("Indiranagar")
    found.click()
    leads = page.get_by_role("region", name=LEADS)
    expect(leads).to_contain_text("Indiranagar")
    expect(leads).to_contain_text("Working")
    expect(leads).to_contain_text("Rohan Mahajan")


def test_logs_a_walk_in_with_two_clicks_and_the_second_attaches(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/")
    page.keyboard.type(MEERA.typed)
    page.get_by_role("option").filter(has_text=MEERA.full_name).click()
    page.get_by_role("button", name="Log walk-in").click()
    expect(page.locator("#toasts")).to_contain_text(f"New lead logged for {MEERA.full_name}")
    page.goto("/")
    page.keyboard.type(MEERA.typed)
    page.get_by_role("option").filter(has_text=MEERA.full_name).click()
    page.get_by_role("button", name="Log walk-in").click()
    expect(page.locator("#toasts")).to_contain_text(
        f"Attached to the open lead of {MEERA.full_name}"
    )


def test_unknown_number_becomes_a_customer(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/")
    page.keyboard.type(UNKNOWN_CALLER)
    expect(page.locator("[data-search-panel]")).to_contain_text("Nobody has this number")
    page.get_by_role("option").filter(has_text="New customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New customer")
    expect(field(page, "Phone")).to_have_value(UNKNOWN_CALLER)
    field(page, "Full name").fill("Tanvi Deshmukh")
    page.get_by_role("button", name="Save customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tanvi Deshmukh")
    expect(page.get_by_role("region", name="How to reach")).to_contain_text("98450 77788")


def test_unknown_number_becomes_a_walk_in(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/")
    page.keyboard.type("98450 77799")
    page.get_by_role("option").filter(has_text="Log walk-in").click()
    expect(field(page, "Phone")).to_have_value("98450 77799")
    field(page, "Name").fill("Harish Pai")
    page.get_by_role("button", name="Log walk-in").click()
    expect(page.locator("#toasts")).to_contain_text("New lead logged for Harish Pai")


def test_chooses_among_the_family_that_shares_a_number(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/")
    page.keyboard.type(SURESH.typed)
    expect(page.locator("[data-search-panel]")).to_contain_text("3 people share this number")
    for name in ("Suresh Iyer", "Lakshmi Iyer", "Karthik Iyer"):
        expect(page.get_by_role("option").filter(has_text=name)).to_be_visible()
    page.goto("/leads/walk-in/")
    field(page, "Phone").fill(SURESH.typed)
    page.get_by_role("button", name="Log walk-in").click()
    chooser = page.get_by_role("group", name="3 people share this number. Who is it?")
    chooser.get_by_role("button").filter(has_text="Lakshmi Iyer").click()
    expect(page.locator("#toasts")).to_contain_text("Lakshmi Iyer")


def test_finds_a_lead_without_a_customer(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/")
    page.keyboard.type(FARHAN.typed)
    found = page.get_by_role("option").filter(has_text=FARHAN.full_name)
    expect(found).to_contain_text("Lead, no customer yet")
    found.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FARHAN.full_name)


def test_both_versions_are_shown_when_somebody_saved_first(windows: Windows, site: Site) -> None:
    path = site.customer_path("Vikram Shetty") + "edit/"
    mine, theirs = windows.open("reception"), windows.open("sales2")
    for page in (mine, theirs):
        page.goto(path)
    field(theirs, "City").fill("Mandya")
    theirs.get_by_role("button", name="Save", exact=True).click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Vikram Shetty")
    field(mine, "City").fill("Mysuru")
    mine.get_by_role("button", name="Save", exact=True).click()
    clash = mine.get_by_role("region", name=re.compile("Nandita Achar saved this person first"))
    expect(clash.get_by_role("row", name="City")).to_contain_text("Mysuru")
    expect(clash.get_by_role("row", name="City")).to_contain_text("Mandya")
    expect(field(mine, "City")).to_have_value("Mysuru")
    mine.get_by_role("button", name="Save my choice").click()
    expect(mine.get_by_role("complementary")).to_contain_text("Mysuru")


def test_a_wrong_phone_is_said_at_its_field_and_nothing_is_lost(windows: Windows) -> None:
    page = windows.open("reception")
    page.goto("/customers/new/")
    field(page, "Full name").fill("Gauri Hegde")
    field(page, "Phone").fill("123")
    field(page, "E-mail").fill("gauri@mail.example")
    page.get_by_role("button", name="Save customer").click()
    phone = field(page, "Phone")
    expect(phone).to_have_attribute("aria-invalid", "true")
    described = (phone.get_attribute("aria-describedby") or "").split()
    error = next(one for one in described if one.endswith("_error"))
    expect(page.locator(f"#{error}")).to_be_visible()
    expect(phone).to_have_value("123")
    expect(field(page, "Full name")).to_have_value("Gauri Hegde")
    expect(field(page, "E-mail")).to_have_value("gauri@mail.example")


def test_a_card_of_another_company_does_not_exist(windows: Windows, site: Site) -> None:
    page = windows.open("admin", "golf")
    answer = page.goto(site.customer_path(ANANYA.full_name))
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("body")).not_to_contain_text(ANANYA.full_name)
