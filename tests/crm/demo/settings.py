"""A company of the demo as the generators see it, without a database."""

from datetime import UTC, datetime

from crm.demo.businesses import Business
from crm.demo.setting import Member, Setting

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def setting_of(business: Business) -> Setting:
    """The company as if it were in a database."""
    return Setting(
        slug=business.slug,
        company_id=7,
        now=NOW,
        branches=tuple(name for name, _ in business.branches),
        staff=tuple(
            Member(colleague.login, colleague.name, colleague.role, colleague.branch)
            for colleague in business.staff
        ),
        sources=tuple(f"{source.name}/{source.sub_source}" for source in business.sources),
        tags=business.tags,
    )
