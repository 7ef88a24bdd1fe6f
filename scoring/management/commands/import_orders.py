"""`import_orders`: a file of orders from Humanitix, Eventbrite or any seller comes in."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from crm.actors import Actor, Door, system_actor
from crm.errors import Conflict, CrmError
from crm.models import Company
from crm.tabular.unreadable import UnreadableFile
from crm.tenancy import company_id_of, use_company
from scoring.models import OPEN_STATES, ImportState, OrderImport
from scoring.orders.layouts.detection import LAYOUTS
from scoring.orders.layouts.reading import OrderFile
from scoring.selectors.order_imports import first_problems, get_import
from scoring.services.import_options import ImportOptions, checked_options, reading_options
from scoring.services.import_run import run_import
from scoring.services.order_imports import cancel_import, keep_file, start_import

BAR = 30  # characters
LOOK_EVERY = 1.0  # seconds, while a worker has the import
SUMS = {
    "new": "created_orders",
    "changed": "updated_orders",
    "unchanged": "unchanged_orders",
    "older": "older_orders",
    "bad rows": "bad_rows",
    "customers": "new_customers",
    "unlinked": "unlinked_orders",
    "flagged": "flagged_orders",
}


class Command(BaseCommand):
    """Imports by the same service as the page: the import can be seen and undone there."""

    help = (
        "Import orders: the Orders report of Humanitix, the attendee report of Eventbrite, or a "
        "CSV with the columns of docs/orders_csv.md. Orders that are known are not imported twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the exported file")
        parser.add_argument("--company", required=True, help="the company's short name: acme")
        parser.add_argument(
            "--layout", choices=sorted(LAYOUTS), default="", help="by default by the header"
        )
        parser.add_argument("--platform", default="", help="who sold, where the file does not say")
        parser.add_argument(
            "--day-first",
            dest="date_order",
            action="store_const",
            const="day_first",
            default="",
            help="08/03/2026 is the 8th of March",
        )
        parser.add_argument(
            "--month-first",
            dest="date_order",
            action="store_const",
            const="month_first",
            help="08/03/2026 is the 3rd of August",
        )
        parser.add_argument("--currency", default="", help="of orders that name none: AUD")
        parser.add_argument("--zone", default="", help="of times that name none: Australia/Sydney")
        parser.add_argument("--region", default="", help="of phones without a country: AU")
        parser.add_argument("--again", action="store_true", help="though it was imported before")
        parser.add_argument(
            "--dry-run", action="store_true", help="read it all, say what is wrong, write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            company_id = company_id_of(options["company"])
            with use_company(company_id):
                company = Company.objects.get(pk=company_id)
            content = options["file"].read_bytes()
            chosen = ImportOptions(
                **{
                    name: options[name]
                    for name in ("platform", "date_order", "zone", "currency", "region")
                }
            )
            if options["dry_run"]:
                self._read_only(content, chosen, company, options["layout"])
            else:
                self._import(content, chosen, company, options)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        except UnreadableFile as error:
            raise CommandError(error.message) from None
        except CrmError as error:
            raise CommandError(_said(error)) from None

    def _read_only(
        self, content: bytes, chosen: ImportOptions, company: Company, layout: str
    ) -> None:
        file = OrderFile(content, layout=layout)
        kept = checked_options(chosen, company=company, overview=file.overview())
        orders = bad = 0
        for entry in file.entries(reading_options(kept)):
            orders += entry.order is not None
            for problem in entry.problems:
                bad += 1
                self.stdout.write(f"  row {problem.row}, {problem.column}: {problem.message}")
        self.stdout.write(
            f"{file.layout.label}: {orders:,} orders can be read, {bad:,} cells cannot. "
            "Nothing was written."
        )

    def _import(
        self, content: bytes, chosen: ImportOptions, company: Company, options: dict[str, Any]
    ) -> None:
        actor = system_actor(company, door=Door.COMMAND, name="import_orders")
        with use_company(company.pk):
            kept = keep_file(actor=actor, file_name=options["file"].name, content=content)
            kept = start_import(
                actor=actor,
                import_id=kept.pk,
                options=chosen,
                layout=options["layout"],
                again=options["again"],
            )
        try:
            done = self._follow(actor, kept.pk)
        except KeyboardInterrupt:
            with use_company(company.pk):
                cancel_import(actor=actor, import_id=kept.pk)
            raise CommandError(
                "Stopped. What is imported stays; go on or undo it on the page of order imports.",
                returncode=130,
            ) from None
        self._say(actor, done)

    def _follow(self, actor: Actor, import_id: UUID) -> OrderImport:
        """Do the work here; where a worker was faster, watch it."""
        show = self._progress()
        company_id = actor.company.pk
        done = run_import(company_id=company_id, import_id=import_id, on_progress=show)
        while done is None or done.state in OPEN_STATES:
            time.sleep(LOOK_EVERY)
            with use_company(company_id):
                done = get_import(actor=actor, import_id=import_id)
            if show is not None:
                show(done)
        return done

    def _progress(self) -> Callable[[OrderImport], None] | None:
        """A bar that grows, where a person watches."""
        if not self.stdout.isatty():
            return None

        def show(now: OrderImport) -> None:
            total = now.rows_total or 1
            bar = "█" * (BAR * now.rows_done // total)
            self.stdout.write(f"\r{bar:·<{BAR}} {now.rows_done:,} of {total:,} rows ", ending="")
            self.stdout.flush()

        return show

    def _say(self, actor: Actor, done: OrderImport) -> None:
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"{done.rows_done:,} rows of {done.file_name}: {done.state}")
        for label, field in SUMS.items():
            self.stdout.write(f"  {label:<10} {getattr(done, field):>9,}")
        with use_company(actor.company.pk):
            problems = first_problems(actor=actor, order_import=done)
        for problem in problems:
            self.stdout.write(f"  row {problem.row}, {problem.column}: {problem.message}")
        if done.bad_rows > len(problems):
            self.stdout.write("  … the page of the import lists them all.")
        if done.state == ImportState.FAILED:
            raise CommandError(f"The import ended early. {done.error}")


def _said(error: CrmError) -> str:
    if isinstance(error, Conflict) and error.code == "already_imported":
        return "This file was imported before. Add --again if you mean it."
    return " ".join(error.fields.values()) or error.message
