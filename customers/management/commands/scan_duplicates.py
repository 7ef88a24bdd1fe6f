"""`scan_duplicates`: looks for duplicates now, without a worker, and says what it found."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.actors import Door, system_actor
from crm.errors import CrmError
from crm.models import Company
from crm.tenancy import company_id_of, use_company
from customers.models import ScanState
from customers.services.duplicate_scan import ask_scan
from customers.services.duplicate_scan_run import run_scan


class Command(BaseCommand):
    """Runs a scan for duplicates of one company to its end."""

    help = "Look for duplicates among a company's customers; decides and merges nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, help="the company's short name: acme")
        parser.add_argument(
            "--changed", action="store_true", help="only customers changed since the last scan"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            company_id = company_id_of(options["company"])
        except CrmError as error:
            raise CommandError(error.message) from None
        begin = time.monotonic()
        with use_company(company_id):
            actor = system_actor(
                Company.objects.get(pk=company_id), door=Door.COMMAND, name="scan_duplicates"
            )
            asked = ask_scan(actor=actor, full=not options["changed"])
        scan = run_scan(company_id=company_id, scan_id=asked.pk)
        if scan is None:
            raise CommandError("A worker is at a scan of this company already. Wait for it to end.")
        if scan.state != ScanState.DONE:
            raise CommandError("The scan was stopped.")
        self.stdout.write(
            f"{scan.records:,} customers, {scan.pairs:,} pairs compared, {scan.found:,} alike, "
            f"{scan.gone:,} no longer alike; {time.monotonic() - begin:.0f} s"
        )
