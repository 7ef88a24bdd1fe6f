"""Take the pictures of docs/screenshots/ anew, with the cast of the small demo.

.venv/bin/python -m tests.browser.screenshots           the pictures of the documentation
.venv/bin/python -m tests.browser.screenshots all DIR   every page the tests know, to look at
"""

import os
import sys
from pathlib import Path

from tests import servers  # names the databases before Django reads its settings

# ruff: noqa: E402
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
import django

django.setup()

from playwright.sync_api import sync_playwright

from crm.embedded.browser import find_chromium
from crm.embedded.places import ROOT
from tests.browser.pages import ADMIN_VIEWS, MERGING_VIEWS, VIEWS, View
from tests.browser.site import Site
from tests.browser.windows import DESKTOP, PHONE, Theme, Windows, start_browser

DOCUMENTED = (
    "sign-in",
    "home",
    "results",
    "card",
    "walk-in-chooser",
    "lead",
    "customers",
    "leads",
    "ranking",
    "segments",
    "reports",
    "reports-rfm",
    "duplicates",
    "compare-candidate",
    "admin",
)
SIZES = {"desktop": DESKTOP, "phone": PHONE}
THEMES: tuple[Theme, ...] = ("light", "dark")
FILES = ROOT / "docs" / "screenshots"


def take(windows: Windows, site: Site, view: View, directory: Path) -> None:
    """One view, large and small, light and dark."""
    for size_name, size in SIZES.items():
        page = windows.open(view.login, view.company, size=size)
        view.open(page, site)
        # django-unfold remembers a theme of its own.
        for theme in THEMES[:1] if view in ADMIN_VIEWS else THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            if view in MERGING_VIEWS:
                page.reload()  # django-unfold asks for the theme once
            page.wait_for_timeout(400)  # fonts and transitions
            page.screenshot(path=directory / f"{view.name}-{size_name}-{theme}.png")
        windows.close()


def main(arguments: list[str]) -> None:
    """Start a site, visit the views, stop it."""
    every = arguments[:1] == ["all"]
    directory = Path(arguments[1]) if every else FILES
    directory.mkdir(parents=True, exist_ok=True)
    views = [
        view for view in VIEWS + MERGING_VIEWS + ADMIN_VIEWS if every or view.name in DOCUMENTED
    ]
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium was found; set CHROMIUM=/its/path.")
    servers.start_valkey()
    servers.start_database()
    site = Site()
    try:
        site.start()
        with sync_playwright() as playwright:
            browser = start_browser(playwright, executable)
            windows = Windows(browser, site.url)
            for view in views:
                take(windows, site, view, directory)
            browser.close()
    finally:
        site.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
