"""An admin works the queue of duplicates with nothing but the keyboard."""

import re

from playwright.sync_api import Page, expect

from tests.browser.windows import Windows

QUEUE = "/admin/customers/duplicatecandidate/"
MOST_TABS = 60


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus, as somebody without a mouse."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.innerText || ''")
        if re.match(name, words.strip()):
            return
    raise AssertionError(f"{name} was not reached by Tab")


def focused_pair(page: Page) -> str:
    """The id of the pair that has the focus."""
    return str(page.evaluate("document.activeElement.closest('[data-pair]')?.id ?? ''"))


def test_from_candidate_to_merge_to_undo(windows: Windows) -> None:
    page = windows.open("admin", "motors")
    page.goto(QUEUE)
    pairs = page.locator("[data-pair]")
    waiting = pairs.count()
    page.keyboard.press("j")
    first = focused_pair(page)
    assert first == pairs.first.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert focused_pair(page) == pairs.nth(1).get_attribute("id")
    page.keyboard.press("k")

    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name=re.compile("2 records side by side"))).to_be_focused()
    tab_to(page, "Merge 2 records into CUS-")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Merged into")).to_be_visible()
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(pairs.first).to_be_focused()

    page.keyboard.press("u")
    expect(page.get_by_text("Nothing changed since.")).to_be_visible()
    tab_to(page, "Undo this merge")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undone. They are separate records again")).to_be_visible()
    page.goto(QUEUE)
    # What a person took apart is never proposed again.
    expect(page.locator(f"#{first}")).to_have_count(0)
    assert pairs.count() < waiting


def test_decides_with_single_keys_and_takes_the_last_one_back(windows: Windows) -> None:
    page = windows.open("admin", "motors")
    page.goto(QUEUE)
    pairs = page.locator("[data-pair]")
    first, second = (pairs.nth(place).get_attribute("id") for place in (0, 1))
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.get_by_text("Remembered for ever.")).to_be_visible()
    expect(page.locator(f"#{second}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.locator(f"#{first}")).to_be_visible()


def test_single_keys_can_be_switched_off(windows: Windows) -> None:
    page = windows.open("admin", "motors")
    page.goto(QUEUE)
    page.get_by_label("Single keys on").uncheck()
    page.keyboard.press("j")
    assert focused_pair(page) == ""
    page.reload()
    expect(page.get_by_label("Single keys on")).not_to_be_checked()


def test_another_survivor_shows_its_own_outcome(windows: Windows) -> None:
    page = windows.open("admin", "motors")
    page.goto(QUEUE)
    page.locator("[data-pair]").first.get_by_role("link", name="Merge…").click()
    outcome = page.locator("#outcome")
    stays = page.locator("input[name=survivor]")
    other = 0 if stays.nth(1).is_checked() else 1
    letter = "AB"[other]
    expect(outcome).to_contain_text(f"{'BA'[other]} ·")
    stays.nth(other).check()
    expect(outcome).to_contain_text(f"{letter} ·")
    page.get_by_role("button", name=f"Take all its values ({letter})").click()
    chosen = page.locator("input[name^='field.']:checked")
    taken = {radio.get_attribute("value") for radio in chosen.all()}
    assert taken == {stays.nth(other).get_attribute("value")}
