"""`manage.py pull_orders`: ask the ticket platforms now."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime

from crm.actors import Door, system_actor
from crm.errors import NotFound
from crm.models import Company
from crm.tenancy import company_id_of, use_company
from scoring.models import TicketAccount
from scoring.services.pulls import PullReport, pull_account


class Command(BaseCommand):
    """Exits 1 when an account could not be pulled."""

    help = "Pull orders from a company's ticket accounts. Safe to stop and to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="SLUG", required=True)
        parser.add_argument("--account", metavar="NAME", help="only the account of this name")
        parser.add_argument(
            "--since",
            metavar="DATE",
            help="read again what changed since then, such as 2026-03-01 (the company's day)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        company, accounts = self._accounts(options["company"], options["account"])
        since = _moment(options["since"], company) if options["since"] else None
        actor = system_actor(company, door=Door.COMMAND, name="pull_orders")
        failed = 0
        for account in accounts:
            try:
                report = pull_account(actor=actor, account_id=account.pk, since=since)
            except KeyboardInterrupt:
                raise CommandError("Stopped. What is stored stays; run it again.") from None
            self.stdout.write(f"{account}: {_told(report)}")
            failed += report is not None and bool(report.error)
        if failed:
            raise CommandError(f"{failed} of {len(accounts)} accounts could not be pulled.")

    def _accounts(self, slug: str, name: str | None) -> tuple[Company, list[TicketAccount]]:
        try:
            company_id = company_id_of(slug)
        except NotFound as error:
            raise CommandError(error.message) from error
        with use_company(company_id):
            company = Company.objects.get(pk=company_id)
            accounts = TicketAccount.objects.filter(is_active=True).order_by("platform", "name")
            found = list(accounts.filter(name=name) if name else accounts)
        if not found:
            raise CommandError(f"{company.name} has no such active ticket account.")
        return company, found


def _moment(text: str, company: Company) -> datetime:
    try:
        day = parse_date(text)
        moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001 - the zone follows
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError("--since is a date such as 2026-03-01.")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(company.time_zone))


def _told(report: PullReport | None) -> str:
    if report is None:
        return "somebody else pulls it at the moment."
    counts = (
        f"{report.read} orders read, {report.created} new, {report.updated} changed, "
        f"{report.new_customers} new customers, {report.unread} that cannot be read"
    )
    if report.error:
        return f"{counts}. It stopped: {report.error}"
    return f"{counts}." if report.is_whole else f"{counts}. Another pull took over."
