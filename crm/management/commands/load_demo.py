"""`load_demo`: four companies to try Switchboard with."""

import os
from argparse import ArgumentParser
from typing import Any, TextIO, cast

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from crm.demo.businesses import BUSINESSES
from crm.demo.loading import load
from crm.errors import CrmError

MOST = 10_000_000


class Command(BaseCommand):
    """Loads what is missing; a second call changes nothing."""

    help = "Load four companies of demo data; with --size, add customers up to that many in total."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size",
            type=int,
            default=0,
            help="customers in total; one company holds half of them (such as 1000000)",
        )
        parser.add_argument(
            "--companies",
            default=",".join(BUSINESSES),
            help=f"some of {','.join(BUSINESSES)}; all by default",
        )
        parser.add_argument(
            "--small",
            action="store_true",
            help="about 60 customers a company, for tests (also DEMO_SIZE=small)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slugs = [slug.strip() for slug in options["companies"].split(",") if slug.strip()]
        unknown = [slug for slug in slugs if slug not in BUSINESSES]
        if unknown or not slugs:
            raise CommandError(f"--companies: choose from {', '.join(BUSINESSES)}.")
        if not 0 <= options["size"] <= MOST:
            raise CommandError(f"--size: from 1 to {MOST:,}.")
        try:
            outcome = load(
                slugs=slugs,
                is_small=options["small"] or os.environ.get("DEMO_SIZE") == "small",
                size=options["size"],
                say=self.stdout.write,
                stream=cast("TextIO", self.stdout._out),  # Django's wrapper ends every write
            )
        except CrmError as error:
            raise CommandError(error.message) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted; the next call goes on from here.") from None
        if not outcome.made and not outcome.added:
            self.stdout.write("The demo data is there already.\n")
