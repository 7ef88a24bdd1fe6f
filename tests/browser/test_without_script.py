"""With JavaScript off everything still works, by plain forms and links."""

import re

from playwright.sync_api import expect

from crm.demo.cast import ANANYA, VIKRAM
from tests.browser.pages import PLAIN_VIEWS
from tests.browser.site import Site
from tests.browser.windows import Windows, field, sign_in


def test_signs_in(windows: Windows) -> None:
    page = windows.open(script=False)
    page.goto("/")
    sign_in(page, "reception@motors.example")
    expect(page).to_have_title(re.compile("^Search"))


# Results as one types, and a dialog before undoing; the forms for both are on the page as well.
NEED_SCRIPT = ("results", "import-undo")


def test_finds_the_caller_and_opens_the_card(windows: Windows) -> None:
    page = windows.open("reception", script=False)
    page.goto("/customers/")
    page.locator("#search-input").fill("98450 12345")
    page.locator("#search-input").press("Enter")
    page.get_by_role("option").filter(has_text=ANANYA.full_name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ANANYA.full_name)


def test_logs_a_walk_in(windows: Windows) -> None:
    page = windows.open("reception", script=False)
    page.goto("/leads/walk-in/")
    field(page, "Phone").fill(VIKRAM.typed)
    page.get_by_role("button", name="Log walk-in").click()
    expect(page.locator("#toasts")).to_contain_text(f"New lead logged for {VIKRAM.full_name}")


def test_every_page_shows_its_content(windows: Windows, site: Site) -> None:
    people = {(view.login, view.company) for view in PLAIN_VIEWS}
    pages = {person: windows.open(*person, script=False) for person in people}
    for view in PLAIN_VIEWS:
        if view.name.startswith(NEED_SCRIPT):
            continue
        page = pages[view.login, view.company]
        view.open(page, site)
        assert page.locator("h1").first.inner_text(), view.name
