"""`manage.py reconcile_scores`: are metrics and scores what the orders say?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoring.management.company_arguments import actors, add_company_argument
from scoring.services.rescore import reconcile


class Command(BaseCommand):
    """Exits 1 when something is off and was not repaired."""

    help = "Compare every customer's metrics and score with their orders; --repair puts them right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company_argument(parser)
        parser.add_argument("--repair", action="store_true", help="write what the orders say")

    def handle(self, *args: Any, **options: Any) -> None:
        left = 0
        for actor in actors(options["company"], name="reconcile_scores"):
            found = reconcile(actor=actor, repair=options["repair"])
            drift = found.drift
            self.stdout.write(
                f"{actor.company.name}: {drift.metrics:,} with wrong metrics, {drift.scores:,} "
                f"with a wrong score only, {found.repaired:,} repaired"
            )
            for customer_id in drift.customer_ids:
                self.stdout.write(f"  {customer_id}")
            left += 0 if options["repair"] else drift.total
        if left:
            raise CommandError(f"{left:,} customers are off. --repair puts them right.")
