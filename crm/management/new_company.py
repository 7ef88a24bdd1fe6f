"""A new company with all that it needs on its first day, written by the owner of the tables.

The serving role cannot do it: row-level security binds it to one company that exists already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from crm.actors import Door
from crm.audit import plain
from crm.errors import InvalidInput
from crm.identifiers.text import clean_text
from crm.models import AuditEvent, Branch, Company, StaffMember, User
from crm.roles import Role
from leads.models import LeadSource

OWNER = "owner"
# What every reception needs; further sources are added in the admin.
FIRST_SOURCES = (("Walk-in", "", "walk_in"), ("Phone", "Main line", "telephony"))


@dataclass(frozen=True, kw_only=True)
class CompanyDetails:
    """What a new company is called and where it is; `region` is its country (ISO 3166)."""

    name: str
    slug: str
    region: str
    time_zone: str
    currency: str
    branches: Sequence[str]
    languages: Sequence[str] = ("en",)


def create_company(
    *, details: CompanyDetails, admin_name: str, admin_email: str, admin_password: str
) -> Company:
    """Make the company, its branches, its first sources and an admin; all or nothing.

    Raises InvalidInput, its fields named as the arguments are.
    """
    email = admin_email.strip().lower()
    with transaction.atomic(using=OWNER):
        _refuse_bad_login(email)
        company = make_company(details)
        for name, sub_source, kind in FIRST_SOURCES:
            LeadSource.objects.using(OWNER).create(
                company=company, name=name, sub_source=sub_source, kind=kind
            )
        user = User(email=email)
        user.set_password(admin_password)
        user.save(using=OWNER)
        StaffMember.objects.using(OWNER).create(
            company=company,
            user=user,
            display_name=clean_text(admin_name) or "Admin",
            role=Role.ADMIN,
        )
        record_as_owner(
            company,
            action="company.created",
            by="create_company",
            new={"name": company.name, "branches": list(details.branches)},
        )
    return company


def make_company(details: CompanyDetails) -> Company:
    """Write the company and its branches; raises InvalidInput."""
    company = Company(
        name=clean_text(details.name),
        slug=details.slug.strip().lower(),
        default_region=details.region.strip().upper(),
        time_zone=details.time_zone.strip(),
        currency=details.currency.strip().upper(),
        languages=list(details.languages),
    )
    branches = [clean_text(name) for name in details.branches]
    _refuse_bad_company(company)
    _refuse_bad_branches(branches)
    company.save(using=OWNER, force_insert=True)
    for name in branches:
        Branch.objects.using(OWNER).create(company=company, name=name)
    return company


def record_as_owner(company: Company, *, action: str, by: str, new: Mapping[str, Any]) -> None:
    """Append one audit event in the owner's transaction (its chain is kept by the trigger)."""
    AuditEvent.objects.using(OWNER).bulk_create(
        [
            AuditEvent(
                company=company,
                at=timezone.now(),
                door=Door.COMMAND.value,
                actor_name=by,
                action=action,
                subject_type=company._meta.label_lower,
                subject_id=str(company.pk),
                new=plain(new),
                lane=0,
                position=0,
                previous_hash=b"",
                row_hash=b"",
            )
        ]
    )


def _refuse_bad_company(company: Company) -> None:
    fields: dict[str, str] = {}
    try:
        company.clean_fields()
    except ValidationError as error:
        fields = {name: " ".join(texts) for name, texts in error.message_dict.items()}
    names = {"default_region": "region"}
    fields = {names.get(name, name): text for name, text in fields.items()}
    if "region" not in fields and company.default_region not in phonenumbers.SUPPORTED_REGIONS:
        fields["region"] = f"“{company.default_region}” is not a country code such as AU or IN."
    if "slug" not in fields and Company.objects.using(OWNER).filter(slug=company.slug).exists():
        fields["slug"] = f"There is a company “{company.slug}” already."
    if fields:
        raise InvalidInput("The company cannot be made.", fields=fields)


def _refuse_bad_branches(names: Sequence[str]) -> None:
    if not names:
        raise InvalidInput.field("branch", "Name at least one branch.")
    for name in names:
        if not name or len(name) > 120:
            raise InvalidInput.field("branch", "A branch's name has 1 to 120 characters.")
    if len(set(names)) < len(names):
        raise InvalidInput.field("branch", "Each branch needs a name of its own.")


def _refuse_bad_login(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput.field("admin_email", f"“{email}” is not an e-mail address.") from None
    if User.objects.using(OWNER).filter(email=email).exists():
        raise InvalidInput.field("admin_email", f"{email} has a login already.")
