"""`create_company`: the first step of a new installation with real data."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from crm.errors import InvalidInput
from crm.management.new_company import CompanyDetails, create_company

# No letters or digits that look alike, because the password is read off a screen once.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    """Makes a company with its branches, first sources and an admin."""

    help = "Make a company, its branches, a walk-in and a phone source, and an admin to sign in as."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help='the company\'s name, such as "Acme Motors"')
        parser.add_argument("--slug", required=True, help="its short name for commands: acme")
        parser.add_argument("--region", required=True, help="country of its phones: AU, IN, US …")
        parser.add_argument("--time-zone", required=True, help="such as Australia/Sydney")
        parser.add_argument("--currency", required=True, help="such as AUD")
        parser.add_argument(
            "--branch", action="append", required=True, metavar="NAME", help="may be repeated"
        )
        parser.add_argument("--admin-email", required=True, help="the first admin signs in by it")
        parser.add_argument("--admin-name", default="Admin")

    def handle(self, *args: Any, **options: Any) -> None:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        details = CompanyDetails(
            name=options["name"],
            slug=options["slug"],
            region=options["region"],
            time_zone=options["time_zone"],
            currency=options["currency"],
            branches=options["branch"],
        )
        try:
            company = create_company(
                details=details,
                admin_name=options["admin_name"],
                admin_email=options["admin_email"],
                admin_password=password,
            )
        except InvalidInput as error:
            lines = [f"--{name.replace('_', '-')}: {text}" for name, text in error.fields.items()]
            raise CommandError("\n".join([error.message, *lines])) from None
        self.stdout.write(f"{company.name} is ready.\n\n")
        self.stdout.write(f"  Admin     {options['admin_email'].strip().lower()}\n")
        self.stdout.write(f"  Password  {password}\n\n")
        self.stdout.write("The password is shown only now. Change it after the first sign-in.\n")
