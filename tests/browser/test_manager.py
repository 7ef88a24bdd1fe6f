"""The manager: the list of all customers, filtered and paged."""

import re

from playwright.sync_api import Page, expect

from tests.browser.windows import PHONE, Windows, field


def names(page: Page) -> list[str]:
    return page.get_by_role("table").locator("tbody th[scope=row]").all_inner_texts()


def test_pages_forward_and_back(windows: Windows) -> None:
    page = windows.open("manager")
    page.goto("/customers/")
    first = names(page)
    assert len(first) == 50
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    second = names(page)
    assert second
    assert not set(second) & set(first)
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("link", name="Next")).to_be_visible()
    assert names(page) == first


def test_filters_apply_at_once_and_can_be_cleared(windows: Windows) -> None:
    page = windows.open("manager")
    page.goto("/customers/")
    page.get_by_label("Stage").select_option(label="Churned")
    expect(page).to_have_url(re.compile("stage=churned"))
    expect(page.get_by_role("table")).to_be_visible()
    shown = page.get_by_role("row").filter(has_text="Churned").count()
    assert shown == page.get_by_role("table").locator("tbody tr").count()
    page.get_by_role("link", name="Clear").first.click()
    expect(page).to_have_url(re.compile("/customers/$"))


def test_filters_fold_on_a_phone_and_stay_open_while_one_is_set(windows: Windows) -> None:
    page = windows.open("manager", size=PHONE)
    page.goto("/customers/")
    expect(page.get_by_label("Stage")).not_to_be_visible()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_label("Origin")).to_be_visible()
    page.get_by_label("Stage").select_option(label="Customer")
    expect(page).to_have_url(re.compile("stage=customer"))
    expect(page.get_by_label("Stage")).to_be_visible()


def test_a_wide_page_keeps_to_one_row_of_filters(windows: Windows) -> None:
    page = windows.open("manager")
    page.goto("/customers/")
    tops = {
        field(page, label).bounding_box()["y"]  # type: ignore[index]
        for label in ("Stage", "Tag", "Phone", "E-mail")
    }
    assert len(tops) == 1
    expect(page.get_by_text("Filters", exact=True)).not_to_be_visible()
    expect(page.get_by_label("Origin")).not_to_be_visible()
    page.get_by_text("More filters").click()
    expect(page.get_by_label("Origin")).to_be_visible()


def test_a_damaged_page_link_is_a_plain_page(windows: Windows) -> None:
    page = windows.open("manager")
    answer = page.goto("/customers/?cursor=tampered")
    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_role("heading", level=1)).to_be_visible()
