"""`manage.py verify_scores`: does every score follow from what is stored beside it?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoring.management.company_arguments import actors, add_company_argument
from scoring.services.rescore import contradictions


class Command(BaseCommand):
    """Exits 1 and names customers whose score contradicts its ledger, weights or thresholds."""

    help = "Check that each score is its base plus its ledger, and its points times the weights."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for actor in actors(options["company"], name="verify_scores"):
            found = contradictions(actor=actor)
            wrong += len(found)
            self.stdout.write(f"{actor.company.name}: " + ("all hold" if not found else "wrong"))
            for customer_id, why in found:
                self.stdout.write(f"  {customer_id}: {why}")
        if wrong:
            raise CommandError("Some scores do not hold (docs/scoring.md).")
