"""Windows of the browser: who sits before them, how large they are, and what went wrong in them."""

import re
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from crm.demo.companies import PASSWORD

Theme = Literal["light", "dark"]
DESKTOP = (1366, 850)
PHONE = (390, 844)
MILLISECONDS = 15_000


# The browser writes a line for each answer of 4xx; those belong to the tests of bad input. htmx
# writes two for each request that failed: `_on_failure` judges those, because a request that was
# under way when somebody went to another page is none of ours.
EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "htmx:afterRequest",
    "htmx:sendError",
)
LEFT = "net::ERR_ABORTED"
REPORT_CSP = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || event.sample}`);
});
"""


def start_browser(playwright: Any, executable: str) -> Browser:
    """The system's Chromium, without what it would fetch for itself."""
    browser: Browser = playwright.chromium.launch(
        executable_path=executable,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    )
    return browser


class Windows:
    """Opens windows, signs people in once each, and collects what went wrong."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.problems: list[str] = []
        self._signed_in: dict[str, Any] = {}
        self._contexts: list[BrowserContext] = []
        self._kept: dict[tuple[str, tuple[int, int]], Page] = {}

    def open(
        self,
        login: str | None = None,
        company: str = "motors",
        *,
        size: tuple[int, int] = DESKTOP,
        theme: Theme = "light",
        script: bool = True,
    ) -> Page:
        """An empty window, of a staff member of the demo (`reception`, `sales`, …) or a visitor."""
        email = f"{login}@{company}.example" if login else ""
        return self.open_as(email, size=size, theme=theme, script=script)

    def open_as(
        self,
        email: str = "",
        password: str = PASSWORD,
        *,
        size: tuple[int, int] = DESKTOP,
        theme: Theme = "light",
        script: bool = True,
    ) -> Page:
        """The same by the e-mail of the login."""
        if email and email not in self._signed_in:
            self._signed_in[email] = self._sign_in(email, password)
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": size[0], "height": size[1]},
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            color_scheme=theme,
            java_script_enabled=script,
            storage_state=self._signed_in.get(email),
            locale="en-GB",
        )
        return self._page(context)

    def look(self, login: str | None, company: str, *, size: tuple[int, int]) -> Page:
        """A window kept from test to test, with what it has cached; only for looking."""
        key = (f"{login}@{company}", size)
        if key not in self._kept:
            self._kept[key] = self.open(login, company, size=size)
            self._contexts.remove(self._kept[key].context)
        page = self._kept[key]
        page.emulate_media(color_scheme="light")
        return page

    def close(self) -> None:
        """Close the windows of a test."""
        while self._contexts:
            self._contexts.pop().close()

    def _sign_in(self, email: str, password: str) -> Any:
        context = self.browser.new_context(base_url=self.url)
        page = self._page(context)
        sign_in(page, email, password)
        return context.storage_state()

    def _page(self, context: BrowserContext) -> Page:
        self._contexts.append(context)
        context.set_default_timeout(MILLISECONDS)
        context.add_init_script(REPORT_CSP)
        page = context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("response", self._on_response)
        page.on("requestfailed", self._on_failure)
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.problems.append(f"console: {message.text}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != LEFT:
            self.problems.append(f"{request.failure} at {request.url}")

    def _on_response(self, response: Response) -> None:
        is_missing = response.status >= 400 and "/static/" in response.url
        if response.status >= 500 or is_missing:
            self.problems.append(f"{response.status} from {response.url}")


def field(page: Page, label: str) -> Locator:
    """The field with this label, whether or not it must be filled in."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}( optional)?$"))


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Through the sign-in page, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("E-?mail")).fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/", wait_until="domcontentloaded")
