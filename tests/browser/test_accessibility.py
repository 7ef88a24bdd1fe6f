"""Every page, large and small, light and dark: axe finds nothing serious, nothing overflows."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.pages import ADMIN_VIEWS, MERGING_VIEWS, PLAIN_VIEWS, VIEWS, View
from tests.browser.site import Site
from tests.browser.windows import DESKTOP, PHONE, Windows

GRAVE = {"serious", "critical"}
# What a theme can change; everything else is the same in both.
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block"]}
# What the size of a window can change besides.
LAYOUT: dict[str, Any] = {
    "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable", "link-name"]
}
SETTLED = """() => Promise.all(
  document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => null))
)"""


def faults(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe calls serious or critical: rule, element and reason."""
    page.evaluate(SETTLED)  # half a transition has half a contrast
    results = Axe().run(page, options={"resultTypes": ["violations"], **(options or {})})
    violations = results.response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def look_at(page: Page) -> list[str]:
    """Both themes of the page that is open."""
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    return found + [f"dark: {fault}" for fault in faults(page, COLOURS)]


@pytest.mark.parametrize(
    ("view", "size"),
    [(view, DESKTOP) for view in VIEWS] + [(view, PHONE) for view in PLAIN_VIEWS],
    ids=[f"{view.name}-desktop" for view in VIEWS] + [f"{view.name}-phone" for view in PLAIN_VIEWS],
)
def test_page_is_accessible(
    windows: Windows, site: Site, view: View, size: tuple[int, int]
) -> None:
    page = windows.look(view.login, view.company, size=size)
    view.open(page, site)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page is {wide} px wider than the window"
    assert (look_at(page) if size == DESKTOP else faults(page, LAYOUT)) == []


@pytest.mark.parametrize("view", ADMIN_VIEWS, ids=lambda view: view.name)
def test_admin_is_accessible(windows: Windows, site: Site, view: View) -> None:
    page = windows.look(view.login, view.company, size=DESKTOP)
    view.open(page, site)
    assert faults(page) == []


# The pages that are laid out anew on a phone.
SIZES = [(view, DESKTOP) for view in MERGING_VIEWS] + [
    (view, PHONE) for view in MERGING_VIEWS if view.name in ("duplicates", "compare-3")
]


@pytest.mark.parametrize(("view", "size"), SIZES, ids=lambda one: getattr(one, "name", None))
def test_merging_is_accessible(
    windows: Windows, site: Site, view: View, size: tuple[int, int]
) -> None:
    page = windows.look(view.login, view.company, size=size)
    view.open(page, site)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page is {wide} px wider than the window"
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    page.reload()  # django-unfold asks for the theme once
    assert found + faults(page, COLOURS) == []
