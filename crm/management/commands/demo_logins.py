"""`demo_logins`: whom to sign in as."""

from typing import Any

from django.core.management.base import BaseCommand

from crm.demo.businesses import BUSINESSES
from crm.demo.companies import PASSWORD
from crm.models import Company, StaffMember
from crm.tenancy import active_company_ids, use_company


class Command(BaseCommand):
    """Prints nothing where there is no demo data."""

    help = "Show the logins of the demo companies."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [row for company_id in active_company_ids() for row in _logins(company_id)]
        if not rows:
            return
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        shown = ""
        for company, role, email in rows:
            name = company if company != shown else ""
            if name and shown:
                self.stdout.write("")
            shown = company
            self.stdout.write(f"  {name:<{widths[0]}}  {role:<{widths[1]}}  {email}")
        self.stdout.write(f"\n  Password for all of them: {PASSWORD}")


def _logins(company_id: int) -> list[tuple[str, str, str]]:
    with use_company(company_id):
        company = Company.objects.get()
        business = BUSINESSES.get(company.slug)
        if business is None:
            return []
        staff = (
            StaffMember.objects.filter(
                user__email__endswith=f"@{business.email_domain}", is_active=True
            )
            .select_related("user", "branch")
            .order_by("user__email")
        )
        order = [f"{colleague.login}@{business.email_domain}" for colleague in business.staff]
        rows = []
        for member in staff:
            if member.user is not None and member.user.email in order:
                place = f", {member.branch.name}" if member.branch else ""
                role = f"{member.get_role_display()}{place}"
                rows.append((order.index(member.user.email), role, member.user.email))
        return [(company.name, role, email) for _, role, email in sorted(rows)]
