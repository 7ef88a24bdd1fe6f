"""`import_profile_links`: links of app profiles move here from an older system's tables."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.actors import Door, system_actor
from crm.errors import CrmError
from crm.exports.cells import neutral
from crm.models import Company
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import company_id_of, use_company
from customers.profile_links.legacy_file import LegacyLink, read_legacy_links
from customers.services.import_profile_links import import_profile_links
from customers.services.legacy_link_report import LinkImportReport, LinkOutcome

SHOWN = 20
MEANINGS = {
    LinkOutcome.MOVED: "linked as the file says",
    LinkOutcome.UNCHANGED: "linked so already",
    LinkOutcome.REMATCHED: "their customer is not here; found again by phone or e-mail",
    LinkOutcome.STALE: "their customer is not here, and nobody was found",
    LinkOutcome.UNMATCHED: "without a customer in the file, too",
    LinkOutcome.KEPT: "decided otherwise here, left alone",
    LinkOutcome.DOUBLE: "another row of the same profile counts",
    LinkOutcome.BAD: "cannot be used",
}


class Command(BaseCommand):
    """Reads exports of link tables into a company's profile links and reports on their copies."""

    help = (
        "Import links of app profiles from exports of crm_customer_mapping or vip_customer_data "
        "(CSV, a JSON list, or one JSON object a line). Several files may name the same profiles. "
        "Safe to run again: a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", help="the exported files")
        parser.add_argument("--company", required=True, help="the company's short name: acme")
        parser.add_argument(
            "--provider", default="supabase", help="whose profiles they are: supabase, line …"
        )
        parser.add_argument(
            "--system", default="", help="where the ids of customers stand: humanitix …"
        )
        parser.add_argument("--dry-run", action="store_true", help="say it all, write nothing")
        parser.add_argument("--report", type=Path, help="write what to look at into this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            company_id = company_id_of(options["company"])
            with use_company(company_id):
                company = Company.objects.get(pk=company_id)
                report = self._import(company, options)
        except CrmError as error:
            raise CommandError(error.message) from None
        except UnreadableFile as error:
            raise CommandError(error.message) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        self._say(report, company)
        if options["report"]:
            _write_report(options["report"], report)
            self.stdout.write(f"What to look at: {options['report']}")

    def _import(self, company: Company, options: dict[str, Any]) -> LinkImportReport:
        with ExitStack() as opened:
            files = [opened.enter_context(path.open("rb")) for path in options["files"]]
            return import_profile_links(
                actor=system_actor(company, door=Door.IMPORT, name="import_profile_links"),
                links=_numbered([read_legacy_links(file) for file in files]),
                provider=options["provider"],
                system=options["system"],
                dry_run=options["dry_run"],
            )

    def _say(self, report: LinkImportReport, company: Company) -> None:
        how = "would be linked" if report.is_dry_run else "are linked"
        self.stdout.write(
            f"{report.linked:,} of {report.profiles:,} profiles {how} in {company.name}"
        )
        for outcome in LinkOutcome:
            if report.outcomes[outcome]:
                meaning = MEANINGS[outcome]
                self.stdout.write(f"  {outcome:<10} {report.outcomes[outcome]:>9,}  {meaning}")
        self.stdout.write(
            f"{report.consistent:,} of {report.copies:,} copies say what the customers say now"
        )
        if report.guesses:
            self.stdout.write(
                f"{report.guesses:,} links are guesses of the older system (confidence under 1): "
                "their people confirm by phone before they change anything"
            )
        for remark in report.remarks[:SHOWN]:
            where = f"row {remark.row}" + (
                f", {remark.customer_code}" if remark.customer_code else ""
            )
            self.stdout.write(f"  {where}: {remark.what}")
        if len(report.remarks) > SHOWN:
            more = len(report.remarks) - SHOWN
            self.stdout.write(f"  … and {more:,} more; --report FILE writes them all.")


def _numbered(files: Sequence[Iterator[LegacyLink]]) -> Iterator[LegacyLink]:
    """The rows of all files, counted through: a row of the second file has a number of its own."""
    numbers = count(1)
    if len(files) == 1:
        yield from files[0]
        return
    for file in files:
        for link in file:
            yield replace(link, row=next(numbers))


def _write_report(path: Path, report: LinkImportReport) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Row", "Customer", "What"])
            for remark in report.remarks:
                writer.writerow([remark.row, neutral(remark.customer_code), neutral(remark.what)])
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}. The import itself is done.") from None
