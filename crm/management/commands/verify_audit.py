"""`manage.py verify_audit`: does the audit trail's chain hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from crm.models import AuditEvent, Company
from crm.tenancy import active_company_ids, use_company


class Command(BaseCommand):
    """Recomputes every hash of every company; exits 1 and names the rows that were changed."""

    help = "Check the hash chain of the audit trail in every company."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for company_id in active_company_ids():
            with use_company(company_id), connection.cursor() as cursor:
                cursor.execute("SELECT id, why FROM audit_broken_rows()")
                rows = cursor.fetchall()
                name, count = Company.objects.get().name, AuditEvent.objects.count()
            broken += len(rows)
            self.stdout.write(f"{name}: {count} events, {len(rows)} broken")
            for event_id, why in rows[:20]:
                self.stdout.write(f"  event {event_id}: {why}")
        if broken:
            raise CommandError(f"{broken} audit events do not hold.")
