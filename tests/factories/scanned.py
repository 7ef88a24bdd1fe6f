"""Customers whom the scan for duplicates knows."""

from crm.roles import Role
from customers.services.duplicate_scan import ask_scan
from customers.services.duplicate_scan_run import run_scan
from tests.worlds import World


def scan(world: World) -> None:
    """Compare all customers of the company, as the night does."""
    asked = ask_scan(actor=world.actor(Role.MANAGER), full=True)
    run_scan(company_id=world.company.pk, scan_id=asked.pk)
