"""The relationship manager: own leads, and what becomes of one."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.demo.cast import ANANYA
from tests.browser.site import Site
from tests.browser.windows import Windows, field


def set_status(page: Page, status: str) -> None:
    page.get_by_role("group", name="Status").get_by_text(status, exact=True).click()


def expect_status(page: Page, status: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(f"The lead is {status.lower()}.")
    expect(page.locator(".page-header")).to_contain_text(status)


def test_sees_own_leads_and_not_those_of_others(windows: Windows, site: Site) -> None:
    page = windows.open("sales")
    page.goto("/leads/")
    expect(page.get_by_role("row").filter(has_text=ANANYA.full_name)).to_contain_text(
        "Rohan Mahajan"
    )
    answer = page.goto(site.lead_path(ANANYA.phone, "lost"))
    assert answer is not None
    assert answer.status == 404


def test_takes_a_lead_from_new_to_won(windows: Windows) -> None:
    page = windows.open("sales")
    page.goto("/leads/new/")
    field(page, "Phone").fill("98450 66001")
    field(page, "Name").fill("Ishaan Bhat")
    field(page, "Owner").select_option(label="Rohan Mahajan")
    field(page, "Interested in").fill("Tulsi EV")
    page.get_by_role("button", name="Log lead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ishaan Bhat")

    set_status(page, "Pending")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-form-errors]")).to_be_focused()
    expect(field(page, "Follow up")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "Remarks")).to_have_attribute("aria-invalid", "true")

    tomorrow = timezone.now() + timedelta(days=1)
    field(page, "Follow up").fill(tomorrow.strftime("%Y-%m-%dT11:00"))
    field(page, "Remarks").fill("Test drive on Saturday")
    page.get_by_role("button", name="Save", exact=True).click()
    expect_status(page, "Pending")
    expect(page.get_by_role("region", name="History")).to_contain_text("Test drive on Saturday")

    for status in ("Qualified", "Won"):
        set_status(page, status)
        page.get_by_role("button", name="Save", exact=True).click()
        expect_status(page, status)


def test_lost_needs_a_reason(windows: Windows, site: Site) -> None:
    page = windows.open("sales")
    page.goto(site.lead_path(ANANYA.phone, "working"))
    expect(field(page, "Reason")).to_be_hidden()
    set_status(page, "Lost")
    page.get_by_role("button", name="Save", exact=True).click()
    reason = field(page, "Reason")
    expect(reason).to_be_visible()
    expect(reason).to_have_attribute("aria-invalid", "true")
