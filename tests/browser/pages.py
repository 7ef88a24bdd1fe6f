"""Every page that the tests look at, in one place: with its reader and its answer."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from django.db import connections
from playwright.sync_api import Page, expect

from crm.demo.cast import ANANYA, DINESH, FARHAN, MEERA, SURESH, UNKNOWN_CALLER, VIKRAM
from crm.demo.companies import PASSWORD
from customers.tasks import sweep_contact_imports
from tests.browser.site import Site
from tests.browser.windows import field

Open = Callable[[Page, Site], None]
PEOPLE_FILES = Path(__file__).parent.parent / "payloads" / "contact_files"
ORDER_FILES = Path(__file__).parent.parent / "payloads" / "orders_csv"
# The company that sells tickets has the most orders.
SELLER = "comedy"
ROW = "a.row-link"
ORDER = "tbody th a[href^='/orders/']"


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


def first_of(path: str, link: str, more: str = "") -> Open:
    """What the first such link of a page leads to."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(path)
        address = page.locator(link).first.get_attribute("href")
        assert address, f"{path} has no {link}"
        page.goto(address + more)

    return open_page


def file_looked_at(name: str) -> Open:
    """The preview of a file of orders that was chosen for import."""

    def open_page(page: Page, site: Site) -> None:
        page.goto("/imports/orders/new/")
        page.locator("input[type=file]").set_input_files(ORDER_FILES / name)
        page.get_by_role("button", name="Look at the file").click()
        expect(page.get_by_role("button", name="Import", exact=True)).to_be_visible()

    return open_page


def key_made(then: str = "") -> Open:
    """The page that shows a new API key, or another one afterwards."""

    def open_page(page: Page, site: Site) -> None:
        page.goto("/keys/new/")
        field(page, "Name").fill("Website")
        page.get_by_label("Find and read customers").check()
        page.get_by_role("button", name="Make the key").click()
        expect(page.get_by_text("Copy it now")).to_be_visible()
        if then:
            page.goto(then)

    return open_page


def undo_asked() -> Open:
    """An import whose undo asks once more."""

    def open_page(page: Page, site: Site) -> None:
        first_of("/imports/orders/", ROW)(page, site)
        page.locator("[data-dialog-open=undo-dialog]").click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return open_page


def imports_swept() -> None:
    """What a worker does with imports of people, in a thread of its own."""
    sweep_contact_imports()
    connections.close_all()


def people_looked_at(name: str, *, kind: str = "Customers", then: str = "") -> Open:
    """A file of people as it is read, or, after `then` was pressed, what a worker found."""

    def open_page(page: Page, site: Site) -> None:
        page.goto("/imports/people/new/")
        page.get_by_label(kind, exact=True).check()
        page.locator("input[type=file]").set_input_files(PEOPLE_FILES / name)
        page.get_by_role("button", name="Look at the file").click()
        expect(page.get_by_role("button", name="Rehearse")).to_be_visible()
        if then:
            page.get_by_role("button", name=then).click()
            expect(page.get_by_role("heading", name=name)).to_be_visible()
            here = page.url
            page.goto("/imports/people/")  # the page of the import would ask for itself anew
            # Playwright has a loop in this thread, and Django asks the database in none.
            worker = Thread(target=imports_swept)
            worker.start()
            worker.join()
            page.goto(here)
            expect(page.get_by_text("Known already")).to_be_visible()

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
    View("ranking", at("/customers/ranking/"), login="manager", company=SELLER),
    View("card-orders", card_of(ANANYA.full_name, "orders/")),
    View("card-score", card_of(ANANYA.full_name, "score/")),
    View("orders", at("/orders/"), login="manager", company=SELLER),
    View("orders-unlinked", at("/orders/?show=unlinked"), login="manager", company=SELLER),
    View("orders-no-rate", at("/orders/?show=no_rate"), login="manager", company=SELLER),
    View("order", first_of("/orders/", ORDER), login="manager", company=SELLER),
    View("order-link", first_of("/orders/", ORDER, "link/"), login="manager", company=SELLER),
    View("imports", at("/imports/orders/"), login="manager", company=SELLER),
    View("import", first_of("/imports/orders/", ROW), login="manager", company=SELLER),
    View("import-undo", undo_asked(), login="manager", company=SELLER),
    View("import-new", at("/imports/orders/new/"), login="manager", company=SELLER),
    View("import-preview", file_looked_at("orders.csv"), login="manager", company=SELLER),
    View("import-dates", file_looked_at("slashed_semicolon.csv"), login="manager", company=SELLER),
    View("people-new", at("/imports/people/new/"), login="admin"),
    View("people-reading", people_looked_at("bad_rows.csv"), login="admin"),
    View("leads-reading", people_looked_at("hubspot.csv", kind="Leads"), login="admin"),
    View("people-rehearsed", people_looked_at("bad_rows.csv", then="Rehearse"), login="admin"),
    View("people-done", people_looked_at("cards_30.vcf", then="Import at once"), login="admin"),
    View("people-imports", at("/imports/people/"), login="admin"),
    View("everything", at("/exports/everything/"), login="admin"),
    View("ranking-cell", first_of("/reports/rfm/", ".heat td a"), login="manager", company=SELLER),
    View("segments", at("/customers/segments/"), login="manager", company=SELLER),
    View("segment", first_of("/customers/segments/", ROW), login="manager", company=SELLER),
    View(
        "segment-new", with_condition("/customers/segments/new/"), login="manager", company=SELLER
    ),
    View("reports", at("/reports/"), login="manager", company=SELLER),
    View("reports-rfm", at("/reports/rfm/"), login="manager", company=SELLER),
    View("reports-revenue", at("/reports/revenue/"), login="finance", company=SELLER),
    View("reports-rules", at("/reports/rules/"), login="manager", company=SELLER),
    View("reports-rules-new", at("/reports/rules/new/"), login="manager", company=SELLER),
    View("reports-data", at("/reports/data/"), login="manager", company=SELLER),
    View("export", at("/exports/ranking/"), login="finance", company=SELLER),
    View("keys", key_made("/keys/"), login="admin"),
    View("key-new", returned("/keys/new/", "Make the key"), login="admin"),
    View("key-made", key_made(), login="manager"),
    View("api-reference", at("/keys/reference/"), login="manager"),
    View("not-found", at("/nothing-is-here/")),
    View("no-permission", at("/customers/new/"), login="finance"),
]
QUEUE = "/admin/customers/duplicatecandidate/"
PAIR = ".pair form.decide a"


def is_variant(view: View) -> bool:
    """Whether another view shows the same page in its plain state: `card-manager` is a `card`."""
    return any(view.name.startswith(f"{other.name}-") for other in VIEWS)


# One of each page, for what does not depend on its state.
PLAIN_VIEWS = [view for view in VIEWS if not is_variant(view)]


def compared(how_many: int) -> Open:
    """The compare page with the first so many customers of the admin's list."""

    def open_page(page: Page, site: Site) -> None:
        page.goto("/admin/customers/customer/?record_state__exact=active")
        boxes = page.locator("input[name=_selected_action]")
        ids = [boxes.nth(place).get_attribute("value") for place in range(how_many)]
        page.goto("/admin/customers/merge/add/?" + "&".join(f"customer={one}" for one in ids))

    return open_page


def merging_with(name: str) -> Open:
    """The page that looks for the other record of a customer of the cast."""

    def open_page(page: Page, site: Site) -> None:
        customer_id = site.customer_path(name).split("/")[2]
        page.goto(f"/admin/customers/merge/add/?customer={customer_id}")

    return open_page


MERGING_VIEWS = [
    View("duplicates", at(QUEUE), login="admin"),
    View("duplicates-none", at(f"{QUEUE}?state=household"), login="admin"),
    View("compare-candidate", first_of(QUEUE, PAIR), login="admin"),
    View("compare-3", compared(3), login="admin"),
    View("compare-10", compared(10), login="admin"),
    View("merge-with", merging_with(VIKRAM.full_name), login="admin"),
    View("merges", at("/admin/customers/merge/"), login="admin"),
    View("auto-merge", at("/admin/customers/automergerule/"), login="admin"),
]
ADMIN_VIEWS = [
    View("admin", at("/admin/"), login="admin"),
    View("admin-branches", at("/admin/crm/branch/"), login="admin"),
    View("admin-staff", at("/admin/crm/staffmember/"), login="admin"),
    View("admin-trail", at("/admin/crm/auditevent/"), login="admin"),
    View("admin-source-new", at("/admin/crm/inboundsource/add/"), login="admin"),
    View("admin-endpoint-new", at("/admin/crm/webhookendpoint/add/"), login="admin"),
    View("admin-webhook-log", at("/admin/crm/webhookmessage/"), login="admin"),
    View("admin-inbox", at("/admin/crm/inbounddelivery/"), login="admin"),
]
