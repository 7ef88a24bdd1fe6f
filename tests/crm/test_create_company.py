"""create_company: the first step of a new installation."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.models import AuditEvent, Branch, Company, StaffMember, User
from crm.roles import Role
from leads.models import LeadSource

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
GOOD: dict[str, object] = {
    "slug": "river",
    "region": "au",
    "time_zone": "Australia/Hobart",
    "currency": "aud",
    "branch": ["Hobart", "Launceston"],
    "admin_email": "Boss@River.example",
    "admin_name": "Ines Boss",
}


def create(name: str = "River Kayaks", **changed: object) -> str:
    """Call the command with good arguments, some of them changed; returns what it prints."""
    arguments = [name]
    for option, value in {**GOOD, **changed}.items():
        for text in value if isinstance(value, list) else [value]:
            arguments.append(f"--{option.replace('_', '-')}={text}")
    out = StringIO()
    call_command("create_company", *arguments, stdout=out)
    return out.getvalue()


def test_everything_of_the_first_day_is_there():
    printed = create()
    company = Company.objects.using("owner").get(slug="river")
    assert (company.default_region, company.currency) == ("AU", "AUD")
    branches = Branch.objects.using("owner").filter(company=company)
    assert sorted(branch.name for branch in branches) == ["Hobart", "Launceston"]
    kinds = LeadSource.objects.using("owner").filter(company=company).values_list("kind", flat=True)
    assert sorted(kinds) == ["telephony", "walk_in"]
    admin = StaffMember.objects.using("owner").get(company=company)
    assert (admin.role, admin.display_name, admin.branch_id) == (Role.ADMIN, "Ines Boss", None)
    event = AuditEvent.objects.using("owner").get(company=company)
    assert event.action == "company.created"
    password = re.search(r"Password\s+(\S+)", printed)
    assert password is not None
    user = User.objects.using("owner").get(email="boss@river.example")
    assert user.check_password(password[1])
    assert password[1] not in str(event.new)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"slug": "acme"}, "--slug: There is a company “acme” already"),
        ({"slug": "not a slug"}, "--slug"),
        ({"region": "XX"}, "--region: “XX” is not a country code"),
        ({"region": "Australia"}, "--region"),
        ({"time_zone": "Mars/Base"}, "--time-zone: “Mars/Base” is not a time zone"),
        ({"currency": "dollars"}, "--currency"),
        ({"branch": []}, "the following arguments are required: --branch"),
        ({"branch": ["Same", "Same"]}, "--branch: Each branch needs a name of its own"),
        ({"branch": [" "]}, "--branch: A branch's name has 1 to 120"),
        ({"branch": ["x" * 121]}, "--branch: A branch's name has 1 to 120"),
        ({"admin_email": "boss"}, "--admin-email: “boss” is not an e-mail address"),
        ({"admin_email": "admin@acme.example"}, "--admin-email: admin@acme.example has a login"),
    ],
)
def test_bad_input_is_told_at_its_argument_and_nothing_is_left(
    changed: dict[str, object], message: str
):
    before = Company.objects.using("owner").count()
    with pytest.raises(CommandError) as refusal:
        create(**changed)
    assert message in str(refusal.value)
    assert Company.objects.using("owner").count() == before
    assert not User.objects.using("owner").filter(email="boss@river.example").exists()


def test_a_nameless_company_is_refused():
    with pytest.raises(CommandError, match="--name"):
        create("  \x00 ")
