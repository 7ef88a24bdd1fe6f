"""The `--company` of this app's commands: one company by its short name, or all active ones."""

from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import CommandError

from crm.actors import Actor, Door, system_actor
from crm.errors import NotFound
from crm.models import Company
from crm.tenancy import active_company_ids, company_id_of, use_company


def add_company_argument(parser: ArgumentParser) -> None:
    """Accept `--company acme`; without it, the command works for every active company."""
    parser.add_argument("--company", default="", help="the company's short name; default: all")


def actors(slug: str, *, name: str) -> Iterator[Actor]:
    """The system at work in each company, one transaction after the other."""
    try:
        ids = [company_id_of(slug)] if slug else active_company_ids()
    except NotFound as error:
        raise CommandError(error.message) from None
    for company_id in ids:
        with use_company(company_id):
            company = Company.objects.get(pk=company_id)
            yield system_actor(company, door=Door.COMMAND, name=name)
