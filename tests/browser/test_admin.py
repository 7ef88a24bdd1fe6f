"""The CRM admin in the Django admin: branches, staff, the audit trail."""

from playwright.sync_api import expect

from tests.browser.windows import Windows


def test_renames_the_city_of_a_branch_and_sees_it_in_the_trail(windows: Windows) -> None:
    page = windows.open("admin", "grounds")
    page.goto("/admin/crm/branch/")
    page.get_by_role("link", name="Rockford yard").click()
    page.get_by_label("City").fill("Loves Park")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Rockford yard")).to_contain_text("Loves Park")
    page.goto("/admin/crm/auditevent/")
    expect(page.get_by_role("row").filter(has_text="branch.updated").first).to_contain_text(
        "Will Zabriskie"
    )


def test_adds_somebody_who_can_then_sign_in(windows: Windows) -> None:
    page = windows.open("admin", "grounds")
    page.goto("/admin/crm/staffmember/add/")
    page.get_by_label("Display name").fill("Nora Lindqvist")
    page.get_by_label("Email").fill("nora@grounds.example")
    page.get_by_label("Role").select_option(label="Service")
    page.get_by_role("button", name="Save", exact=True).click()
    said = page.get_by_text("First password, shown only now:").inner_text()
    password = said.partition("now:")[2].split()[0]
    nora = windows.open_as("nora@grounds.example", password)
    nora.goto("/")
    nora.get_by_role("button", name="Nora Lindqvist")


def test_other_roles_are_told_to_ask(windows: Windows) -> None:
    page = windows.open("reception")
    answer = page.goto("/admin/")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("body")).to_contain_text("Ask an admin")
