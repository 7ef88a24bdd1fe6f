"""`manage.py rescore`: score everybody again, or one customer."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from crm.errors import NotFound
from scoring.management.company_arguments import actors, add_company_argument
from scoring.services.rescore import rescore_company, rescore_customer


class Command(BaseCommand):
    """Writes only what differs, so a second run changes nothing."""

    help = (
        "Score all customers again by the rules in force, of one company or all; or one customer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company_argument(parser)
        parser.add_argument("--customer", type=UUID, help="only this one; needs --company")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["customer"] and not options["company"]:
            raise CommandError("Say whose customer it is: --company NAME.")
        for actor in actors(options["company"], name="rescore"):
            if options["customer"]:
                try:
                    changed = int(rescore_customer(actor=actor, customer_id=options["customer"]))
                except NotFound:
                    raise CommandError(f"{actor.company.name} has no such customer.") from None
            else:
                changed = rescore_company(actor=actor)
            self.stdout.write(f"{actor.company.name}: {changed:,} changed")
