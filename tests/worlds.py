"""Two companies that every test database holds, so that a stranger is always at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import transaction

from crm.actors import Actor, Door, system_actor
from crm.models import Branch, Company, StaffMember, User
from crm.roles import Role
from crm.tenancy import company_id_of, use_company
from leads.models import LeadSource

PASSWORD = "a password for tests"
AT_NORTH = (Role.RECEPTIONIST, Role.RELATIONSHIP_MANAGER, Role.TEAM_LEAD)
SOURCES = (("Walk-in", "", "walk_in"), ("Phone", "Main line", "telephony"))


@dataclass
class World:
    """A company with two branches and one staff member of each role."""

    company: Company
    north: Branch
    south: Branch
    staff: dict[Role, StaffMember] = field(default_factory=dict)

    def actor(self, role: Role = Role.RECEPTIONIST, *, door: Door = Door.WEB) -> Actor:
        """The company's staff member of this role, acting."""
        return Actor(company=self.company, door=door, staff=self.staff[role])

    def system(self, *, door: Door = Door.TASK) -> Actor:
        """The system at work for this company."""
        return system_actor(self.company, door=door, name="test")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Work for this company, as its own requests do."""
        with use_company(self.company.pk):
            yield


def make_worlds() -> None:
    """Write both companies as the owner, when the test database is prepared."""
    with transaction.atomic(using="owner"):
        _make("acme", region="AU", time_zone="Australia/Sydney", currency="AUD")
        _make("globex", region="IN", time_zone="Asia/Kolkata", currency="INR")


def _make(slug: str, *, region: str, time_zone: str, currency: str) -> None:
    company = Company.objects.using("owner").create(
        name=slug.capitalize(),
        slug=slug,
        default_region=region,
        time_zone=time_zone,
        currency=currency,
        languages=["en"],
    )
    north, south = (
        Branch.objects.using("owner").create(company=company, name=name)
        for name in ("North", "South")
    )
    hashed = make_password(PASSWORD)
    for role in Role:
        user = User.objects.using("owner").create(email=f"{role}@{slug}.example", password=hashed)
        StaffMember.objects.using("owner").create(
            company=company,
            user=user,
            display_name=f"{role.label} of {company.name}",
            role=role,
            branch=north if role in AT_NORTH else None,
        )
    # The other branch's people make “another branch” testable.
    for role in (Role.RECEPTIONIST, Role.RELATIONSHIP_MANAGER):
        user = User.objects.using("owner").create(
            email=f"{role}.south@{slug}.example", password=hashed
        )
        StaffMember.objects.using("owner").create(
            company=company,
            user=user,
            display_name=f"{role.label} of {company.name} South",
            role=role,
            branch=south,
        )
    for name, sub_source, kind in SOURCES:
        LeadSource.objects.using("owner").create(
            company=company, name=name, sub_source=sub_source, kind=kind
        )


def load_world(slug: str) -> World:
    """The company's records as row-level security shows them to the app."""
    with use_company(company_id_of(slug)):
        company = Company.objects.get()
        branches = {branch.name: branch for branch in Branch.objects.all()}
        world = World(company=company, north=branches["North"], south=branches["South"])
        for member in StaffMember.objects.select_related("company", "branch"):
            if not member.display_name.endswith("South"):
                world.staff[Role(member.role)] = member
    return world
