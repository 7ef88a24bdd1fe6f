"""`manage.py backfill_customers`: legacy leads get their customers."""

import sys
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.actors import Door, system_actor
from crm.errors import NotFound
from crm.models import Company
from crm.tenancy import active_company_ids, company_id_of, use_company
from leads.services.backfill import BATCH, BackfillReport, backfill

WIDTH = 30  # characters of the progress bar
REFRESH = 0.2  # seconds


class Command(BaseCommand):
    """Links what can be linked; `verify` exits 1 when something that could be is left."""

    help = (
        "Link leads without a customer to the customer of their phone, who is made where nobody "
        "has it yet. Safe to stop and to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=["link", "verify"], default="link")
        parser.add_argument("--company", metavar="SLUG", help="only this company")
        parser.add_argument("--dry-run", action="store_true", help="count, write nothing")
        parser.add_argument("--verify", action="store_true", help="the same as `verify`")
        parser.add_argument("--batch-size", type=int, default=BATCH, metavar="PHONES")

    def handle(self, *args: Any, **options: Any) -> None:
        verify = options["verify"] or options["what"] == "verify"
        if options["batch_size"] < 1:
            raise CommandError("--batch-size is at least 1.")
        left = 0
        for company in self._companies(options["company"]):
            report = self._run(company, verify or options["dry_run"], options["batch_size"])
            self._print(company, report, verify or options["dry_run"])
            left += report.linked
        if verify and left:
            raise CommandError(f"{left} leads could be linked. Run backfill_customers.")

    def _companies(self, slug: str | None) -> list[Company]:
        try:
            ids = [company_id_of(slug)] if slug else active_company_ids()
        except NotFound as error:
            raise CommandError(error.message) from error
        companies = []
        for company_id in ids:
            with use_company(company_id):
                companies.append(Company.objects.get(pk=company_id))
        return companies

    def _run(self, company: Company, dry_run: bool, batch_size: int) -> BackfillReport:
        actor = system_actor(company, door=Door.COMMAND, name="backfill_customers")
        bar = _Bar(company.name)
        try:
            return backfill(
                actor=actor, dry_run=dry_run, batch_size=batch_size, on_progress=bar.show
            )
        except KeyboardInterrupt:
            raise CommandError("Stopped. What is linked stays; run it again to go on.") from None
        finally:
            bar.close()

    def _print(self, company: Company, report: BackfillReport, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{company.name}: {report.total} leads\n"
            f"  {report.already_linked:>9} linked before\n"
            f"  {report.linked:>9} {would}linked now, "
            f"{report.created} customers {would}created\n"
            f"  {report.without_phone:>9} without a phone that can be read\n"
            f"  {report.ambiguous:>9} ambiguous: several people share the phone\n"
            f"  {report.conflicting:>9} conflicting: another lead is open at the branch"
        )


class _Bar:
    """A progress bar where somebody watches, nothing where output goes to a file."""

    def __init__(self, title: str) -> None:
        self.title, self.drawn_at = title, 0.0
        self.watched = sys.stderr.isatty()

    def show(self, what: str, done: int, of: int) -> None:
        if not self.watched or (monotonic() - self.drawn_at < REFRESH and done < of):
            return
        self.drawn_at = monotonic()
        filled = WIDTH * done // max(of, 1)
        bar = "█" * filled + "░" * (WIDTH - filled)
        sys.stderr.write(f"\r\033[K{self.title}: {what} {bar} {done:,} of {of:,}")
        sys.stderr.flush()

    def close(self) -> None:
        if self.drawn_at:
            sys.stderr.write("\n")
