"""One site and one browser for all browser tests, fresh windows for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from crm.embedded.browser import find_chromium
from tests.browser.site import Site
from tests.browser.windows import Windows, start_browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Site]:
    """The real web and worker on a database with the small demo."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        site = Site()
    try:
        yield site.start()
    finally:
        site.stop()


# For this package only: while Playwright runs, Django refuses database calls of this thread.
@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """The system's Chromium."""
    executable = find_chromium()
    assert executable, "no Chromium was found; set CHROMIUM=/its/path"
    with sync_playwright() as playwright:
        browser = start_browser(playwright, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def all_windows(browser: Browser, site: Site) -> Windows:
    """Remembers who has signed in already."""
    return Windows(browser, site.url)


@pytest.fixture
def windows(all_windows: Windows) -> Iterator[Windows]:
    """Opens windows for one test; an error in the console of any of them fails it."""
    all_windows.problems.clear()
    yield all_windows
    all_windows.close()
    assert all_windows.problems == []
