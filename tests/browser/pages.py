"""Every page that the tests look at, in one place: with its reader and its answer."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from crm.demo.cast import ANANYA, DINESH, FARHAN, MEERA, SURESH, UNKNOWN_CALLER
from crm.demo.companies import PASSWORD
from tests.browser.site import Site
from tests.browser.windows import field

Open = Callable[[Page, Site], None]


@dataclass(frozen=True)
class View:
    """A page in one of its states; `open` brings a window there."""

    name: str
    open: Open
    login: str | None = "reception"
    company: str = "motors"


def at(path: str) -> Open:
    """A page with a fixed address."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(path)

    return open_page


def card_of(name: str, more: str = "") -> Open:
    """A page of a customer of the cast."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(site.customer_path(name) + more)

    return open_page


def lead_of(phone: str, status: str, more: str = "") -> Open:
    """A page of a lead of the cast."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(site.lead_path(phone, status) + more)

    return open_page


def results_of(text: str) -> Open:
    """The start page with the results of a search."""

    def open_page(page: Page, site: Site) -> None:
        page.goto("/")
        page.get_by_role("combobox").press_sequentially(text)
        expect(page.get_by_role("option").first).to_be_visible()

    return open_page


def returned(path: str, button: str, **fields: str) -> Open:
    """A form that came back with its errors; fields by their labels."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(path)
        for label, value in fields.items():
            field(page, label.replace("_", " ")).fill(value)
        page.get_by_role("button", name=button).click()
        expect(page.locator("[data-form-errors], .chooser").first).to_be_visible()

    return open_page


def behind_password(path: str) -> Open:
    """A page that asks for the password again when the sign-in is some minutes old."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(path)
        if "reauthenticate" in page.url:
            field(page, "Password").fill(PASSWORD)
            page.get_by_role("button", name="Continue").click()
            page.wait_for_url(f"**{path}", wait_until="domcontentloaded")

    return open_page


def clash(name: str) -> Open:
    """The edit form of a customer whom another window has changed meanwhile."""

    def open_page(page: Page, site: Site) -> None:
        other = page.context.new_page()
        for window in (page, other):
            window.goto(site.customer_path(name) + "edit/")
        for window, town in ((other, f"Ward {secrets.randbelow(10_000)}"), (page, "Mysuru")):
            field(window, "City").fill(town)
            window.get_by_role("button", name="Save", exact=True).click()
            window.wait_for_load_state("domcontentloaded")
        expect(page.get_by_role("button", name="Save my choice")).to_be_visible()
        other.close()

    return open_page


def with_condition(path: str) -> Open:
    """The form of a segment with a condition in it."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(path)
        page.get_by_label("Ask about").select_option("band")
        page.get_by_role("button", name="Add condition").click()
        expect(page.locator(".rule-row")).to_have_count(1)

    return open_page


VIEWS = [
    View("sign-in", at("/accounts/login/"), login=None),
    View("password-reset", at("/accounts/password/reset/"), login=None),
    View("sign-out", at("/accounts/logout/")),
    View("password-change", at("/accounts/password/change/")),
    View("mfa", at("/accounts/2fa/")),
    View("reauthenticate", at("/accounts/reauthenticate/")),
    View("mfa-totp", behind_password("/accounts/2fa/totp/activate/")),
    View("home", at("/")),
    View("home-sales", at("/"), login="sales"),
    View("results", results_of("rao")),
    View("results-shared", results_of(SURESH.typed)),
    View("results-none", results_of(UNKNOWN_CALLER)),
    View("card", card_of(ANANYA.full_name)),
    View("card-manager", card_of(ANANYA.full_name), login="manager"),
    View("card-no-leads", card_of(MEERA.full_name), login="finance"),
    View("timeline", card_of(ANANYA.full_name, "timeline/")),
    View("edit-customer", card_of(ANANYA.full_name, "edit/")),
    View("edit-customer-clash", clash(DINESH.full_name)),
    View("new-customer", at("/customers/new/")),
    View("new-customer-wrong", returned("/customers/new/", "Save customer", Phone="123")),
    View("customers", at("/customers/")),
    View("customers-none", at("/customers/?created_from=2999-01-01"), login="manager"),
    View("walk-in", at("/leads/walk-in/")),
    View("walk-in-chooser", returned("/leads/walk-in/", "Log walk-in", Phone=SURESH.typed)),
    View("new-lead", at("/leads/new/")),
    View("lead", lead_of(ANANYA.phone, "working"), login="sales"),
    View("lead-lead", lead_of(ANANYA.phone, "working"), login="lead"),
    View("lead-edit", lead_of(ANANYA.phone, "working", "edit/"), login="sales"),
    View("lead-no-customer", lead_of(FARHAN.phone, "new"), login="manager"),
    View("lead-link", lead_of(FARHAN.phone, "new", "link/"), login="manager"),
    View("leads", at("/leads/"), login="manager"),
    View("leads-own", at("/leads/"), login="sales"),
    View("ranking", at("/customers/ranking/"), login="manager"),
    View("card-orders", card_of(ANANYA.full_name, "orders/")),
    View("card-score", card_of(ANANYA.full_name, "score/")),
    View("segments", at("/customers/segments/"), login="manager"),
    View("segment-new", with_condition("/customers/segments/new/"), login="manager"),
    View("reports", at("/reports/"), login="manager"),
    View("reports-rfm", at("/reports/rfm/"), login="manager"),
    View("reports-revenue", at("/reports/revenue/"), login="finance"),
    View("reports-rules", at("/reports/rules/"), login="manager"),
    View("reports-rules-new", at("/reports/rules/new/"), login="manager"),
    View("reports-data", at("/reports/data/"), login="manager"),
    View("export", at("/exports/ranking/"), login="finance"),
    View("not-found", at("/nothing-is-here/")),
    View("no-permission", at("/customers/new/"), login="finance"),
]
ADMIN_VIEWS = [
    View("admin", at("/admin/"), login="admin"),
    View("admin-branches", at("/admin/crm/branch/"), login="admin"),
    View("admin-staff", at("/admin/crm/staffmember/"), login="admin"),
    View("admin-trail", at("/admin/crm/auditevent/"), login="admin"),
    View("admin-source-new", at("/admin/crm/inboundsource/add/"), login="admin"),
    View("admin-inbox", at("/admin/crm/inbounddelivery/"), login="admin"),
]
