"""The demo's companies as they stand in the database: logins, branches, sources, tags."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from crm.demo.businesses import Business
from crm.demo.selling import equip
from crm.demo.setting import Member, Setting
from crm.errors import Conflict
from crm.management.new_company import OWNER, CompanyDetails, make_company
from crm.models import Branch, Company, StaffMember, User
from crm.roles import Role
from customers.models import Tag
from leads.models import LeadSource

# It stands on the terminal of everybody who starts the demo; it guards nothing.
PASSWORD = "answer-every-call"  # noqa: S105


def found_company(business: Business, *, hashed_password: str) -> Company:
    """Write the company with its branches, staff, sources and tags, as the owner."""
    company = make_company(
        CompanyDetails(
            name=business.name,
            slug=business.slug,
            region=business.region,
            time_zone=business.time_zone,
            currency=business.currency,
            branches=[name for name, _ in business.branches],
            languages=business.languages,
        )
    )
    for name, city in business.branches:
        Branch.objects.using(OWNER).filter(company=company, name=name).update(city=city)
    _hire(company, business, hashed_password)
    LeadSource.objects.using(OWNER).bulk_create(
        LeadSource(
            company=company, name=source.name, sub_source=source.sub_source, kind=source.kind
        )
        for source in business.sources
    )
    Tag.objects.using(OWNER).bulk_create(Tag(company=company, name=name) for name in business.tags)
    equip(company, business, timezone.now())
    return company


def _hire(company: Company, business: Business, hashed_password: str) -> None:
    branches = {
        branch.name: branch for branch in Branch.objects.using(OWNER).filter(company=company)
    }
    users = User.objects.using(OWNER).bulk_create(
        User(email=f"{colleague.login}@{business.email_domain}", password=hashed_password)
        for colleague in business.staff
    )
    hired: dict[str, StaffMember] = {}
    for colleague, user in zip(business.staff, users, strict=True):
        branch = None if colleague.branch is None else business.branches[colleague.branch][0]
        hired[colleague.login] = StaffMember(
            company=company,
            user=user,
            display_name=colleague.name,
            role=colleague.role,
            branch=branches[branch] if branch else None,
        )
    StaffMember.objects.using(OWNER).bulk_create(hired.values())
    for colleague in business.staff:
        if colleague.manager:
            member = hired[colleague.login]
            member.manager = hired[colleague.manager]
            member.save(using=OWNER, update_fields=["manager"])


def hashed() -> str:
    """The demo's password, hashed once for all logins."""
    return make_password(PASSWORD)


def setting_of(company: Company, business: Business, *, now: datetime | None = None) -> Setting:
    """The company as the generators see it, everything in the order of `business`.

    Raises Conflict when somebody renamed or removed a part of the demo since.
    """
    mine = {"company": company}
    branches = {
        branch.name: str(branch.pk) for branch in Branch.objects.using(OWNER).filter(**mine)
    }
    sources = {
        (source.name, source.sub_source): str(source.pk)
        for source in LeadSource.objects.using(OWNER).filter(**mine)
    }
    tags = {tag.name: str(tag.pk) for tag in Tag.objects.using(OWNER).filter(**mine)}
    try:
        return Setting(
            slug=business.slug,
            company_id=company.pk,
            now=now or timezone.now(),
            branches=tuple(branches[name] for name, _ in business.branches),
            staff=_members(company, business),
            sources=tuple(sources[source.name, source.sub_source] for source in business.sources),
            tags=tuple(tags[name] for name in business.tags),
        )
    except KeyError as missing:
        raise Conflict(
            f"{business.name} is no longer as the demo made it: {missing} is missing. "
            "Start afresh with `make reset`."
        ) from None


def _members(company: Company, business: Business) -> tuple[Member, ...]:
    staff = {
        member.user.email.partition("@")[0]: str(member.pk)
        for member in StaffMember.objects.using(OWNER)
        .filter(company=company)
        .select_related("user")
        if member.user
    }
    return tuple(
        Member(staff[colleague.login], colleague.name, Role(colleague.role), colleague.branch)
        for colleague in business.staff
    )
