"""`manage.py evaluate_segments`: ask the rules of all segments now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.actors import Door, system_actor
from crm.errors import NotFound
from crm.models import Company
from crm.tenancy import active_company_ids, company_id_of, use_company
from scoring.services.nightly_segments import evaluate_all


class Command(BaseCommand):
    """Prints how many joined and left each segment."""

    help = "Evaluate the rules of every segment of a company, or of all companies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="SLUG", help="only this company")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            slug = options["company"]
            ids = [company_id_of(slug)] if slug else active_company_ids()
        except NotFound as error:
            raise CommandError(error.message) from error
        for company_id in ids:
            with use_company(company_id):
                company = Company.objects.get(pk=company_id)
                actor = system_actor(company, door=Door.COMMAND, name="evaluate_segments")
                for name, found in evaluate_all(actor=actor).items():
                    self.stdout.write(
                        f"{company.slug} {name}: {found.joined} joined, {found.left} left"
                    )
