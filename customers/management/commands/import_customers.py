"""`import_customers`: an address book (a table, a workbook or vCards) becomes customers."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import phonenumbers
from django.core.management.base import BaseCommand, CommandError

from crm.actors import Door, system_actor
from crm.errors import CrmError
from crm.exports.cells import neutral
from crm.models import Company
from crm.tabular.date_order import DateOrder
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import company_id_of, use_company
from customers.contact_files.reader import open_contacts
from customers.services.contact_import.report import ImportReport, RowOutcome
from customers.services.import_contacts import import_contacts

DATE_ORDERS = {"dmy": DateOrder.DAY_FIRST, "mdy": DateOrder.MONTH_FIRST}
SHOWN = 20
AGAIN = "What is entered stays; run the same command again to go on."


class Command(BaseCommand):
    """Reads a contact file into a company's customers and says what became of every row."""

    help = (
        "Import people from a contact file: Google Contacts, Outlook, HubSpot, Salesforce, vCards, "
        "or any CSV or XLSX with a header. Safe to run again: a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the exported file")
        parser.add_argument("--company", required=True, help="the company's short name: acme")
        parser.add_argument(
            "--region", default="", help="country of numbers without country code: AU, IN, US …"
        )
        parser.add_argument(
            "--date-order", choices=sorted(DATE_ORDERS), help="how birthdays are written"
        )
        parser.add_argument("--dry-run", action="store_true", help="say it all, write nothing")
        parser.add_argument(
            "--report", type=Path, help="write the rows to look at into this CSV file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        region = options["region"].strip().upper()
        if region and region not in phonenumbers.SUPPORTED_REGIONS:
            raise CommandError(f"“{region}” is not a country such as AU, IN or US.")
        try:
            company_id = company_id_of(options["company"])
        except CrmError as error:
            raise CommandError(error.message) from None
        with use_company(company_id):
            company = Company.objects.get(pk=company_id)
        try:
            report = self._import(company, region, options)
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. {AGAIN}", returncode=130) from None
        except CrmError as error:
            raise CommandError(error.message) from None
        self._say(report, company)
        if options["report"]:
            _write_report(options["report"], report)
            self.stdout.write(f"Rows to look at: {options['report']}")
        if report.stopped:
            raise CommandError(f"The file could not be read to its end. {report.stopped}")

    def _import(self, company: Company, region: str, options: dict[str, Any]) -> ImportReport:
        try:
            with options["file"].open("rb") as file:
                contacts = open_contacts(file, date_order=DATE_ORDERS.get(options["date_order"]))
                for remark in contacts.remarks:
                    self.stdout.write(remark)
                return import_contacts(
                    actor=system_actor(company, door=Door.IMPORT, name="import_customers"),
                    rows=contacts,
                    region=region,
                    dry_run=options["dry_run"],
                    on_progress=self._progress(),
                )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        except UnreadableFile as error:
            raise CommandError(error.message) from None

    def _progress(self) -> Any:
        """A line that counts, where a person watches."""
        if not self.stdout.isatty():
            return None
        started = time.monotonic()

        def show(rows: int) -> None:
            speed = rows / max(time.monotonic() - started, 0.001)
            self.stdout.write(f"\r{rows:>9,} rows, {speed:,.0f} a second ", ending="")
            self.stdout.flush()

        return show

    def _say(self, report: ImportReport, company: Company) -> None:
        if self.stdout.isatty():
            self.stdout.write("")
        how = "would be imported into" if report.is_dry_run else "imported into"
        self.stdout.write(f"{report.rows:,} rows {how} {company.name}")
        entered = report.entered
        details = {
            RowOutcome.DOUBTFUL: "entered with a shared number",
            RowOutcome.BAD: "entered without what cannot be kept",
        }
        for outcome in RowOutcome:
            line = f"  {outcome.value:<10} {report.outcomes[outcome]:>9,}"
            if entered[outcome]:
                line += f"  ({entered[outcome]:,} of them {details[outcome]})"
            self.stdout.write(line)
        for remark in report.remarks[:SHOWN]:
            where = f"row {remark.row}" + (f", {remark.column}" if remark.column else "")
            self.stdout.write(f"  {where}: {remark.message}")
        if len(report.remarks) > SHOWN:
            more = len(report.remarks) - SHOWN
            self.stdout.write(f"  … and {more:,} more; --report FILE writes them all.")


def _write_report(path: Path, report: ImportReport) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Row", "Column", "Outcome", "Entered", "What"])
            for remark in report.remarks:
                entered = "yes" if remark.was_entered else "no"
                cells = (remark.column, remark.outcome.value, entered, remark.message)
                writer.writerow([remark.row, *(neutral(cell) for cell in cells)])
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}. The import itself is done.") from None
