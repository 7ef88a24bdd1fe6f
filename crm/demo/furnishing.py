"""What people do with a loaded company: segments, and a file of orders that came in.

Done through the services, as the application does it; a load that stopped before goes on here.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from crm.actors import Actor, Door, system_actor
from crm.demo.shops import SHOPS
from crm.models import Company
from crm.tenancy import use_company
from customers.models import ContactPoint, Customer, DuplicateScan, ScanState
from customers.models.customer import RecordState
from customers.services.duplicate_scan import ask_scan
from customers.services.duplicate_scan_run import run_scan
from scoring.models import ImportState, OrderImport, Segment
from scoring.services.import_options import ImportOptions
from scoring.services.import_run import run_import
from scoring.services.membership import add_member, keep_out
from scoring.services.nightly_segments import evaluate_all
from scoring.services.order_imports import keep_file, start_import
from scoring.services.refresh import RefreshedView, refresh_view
from scoring.services.segments import create_segment

_BY = "load_demo"
_FILES = {"comedy": ("box office", "box-office.csv"), "golf": ("pos", "front-desk.csv")}
_GOOD_ROWS = 12
# By slug: name, description, rules.
_BY_RULE: Mapping[str, tuple[str, str, Sequence[tuple[str, str, Any]]]] = {
    "comedy": (
        "Gala goers",
        "Bought for a gala and came more than once; first to hear of the next one.",
        [("event_name", "contains", "Gala"), ("orders", "at_least", 2)],
    ),
    "golf": (
        "Package holders",
        "Bought a bay package and can be asked for the next.",
        [("event_name", "contains", "package"), ("orders", "at_least", 1)],
    ),
    "grounds": (
        "Season contracts",
        "Have us for a whole season.",
        [("event_name", "contains", "season"), ("orders", "at_least", 1)],
    ),
    "motors": (
        "Due for service",
        "Were in the workshop more than half a year ago.",
        [("days_since_last_order", "more_than", 180)],
    ),
}
# More are left to the night: a load must not wait for minutes.
_MOST_COMPARED = 20_000
_BY_HAND = (
    "Friends of the house",
    "Kept by the manager: people to greet by name. Ask before adding anybody.",
)


def furnish(company_id: int) -> None:
    """Segments with their members, an import with two rows that could not be used, and the
    records that look like one person, for the queue of duplicates."""
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
    actor = system_actor(company, door=Door.COMMAND, name=_BY)
    if company.slug in _FILES:
        _import_file(actor)
    with use_company(company.pk):
        _make_segments(actor)
        evaluate_all(actor=actor)
    _find_duplicates(actor)


def refresh_views() -> None:
    """Show what was loaded in the views that lists and reports read."""
    for view in RefreshedView:
        refresh_view(view=view, asked_by=_BY)


def _find_duplicates(actor: Actor) -> None:
    company_id = actor.company.pk
    with use_company(company_id):
        is_large = Customer.objects.all()[: _MOST_COMPARED + 1].count() > _MOST_COMPARED
        if is_large or DuplicateScan.objects.filter(state=ScanState.DONE).exists():
            return
        scan = ask_scan(actor=actor, full=True)
    run_scan(company_id=company_id, scan_id=scan.pk)


def _make_segments(actor: Actor) -> None:
    name, description, conditions = _BY_RULE[actor.company.slug]
    if not Segment.objects.filter(name=name).exists():
        rules = {"all": [{"field": f, "op": op, "value": value} for f, op, value in conditions]}
        create_segment(
            actor=actor, name=name, description=description, colour="#db2777", rules=rules
        )
    name, description = _BY_HAND
    if Segment.objects.filter(name=name).exists():
        return
    segment = create_segment(actor=actor, name=name, description=description, colour="#ca8a04")
    chosen = _with_email(7)
    for customer_id, _, _ in chosen[1:]:
        add_member(actor=actor, segment_id=segment.pk, customer_id=customer_id)
    for customer_id, _, _ in chosen[:1]:
        keep_out(actor=actor, segment_id=segment.pk, customer_id=customer_id)


def _import_file(actor: Actor) -> None:
    platform, file_name = _FILES[actor.company.slug]
    with use_company(actor.company.pk):
        found = OrderImport.objects.filter(file_name=file_name).order_by("created_at").first()
        if found is None:
            content = _file(actor.company, platform)
            found = keep_file(actor=actor, file_name=file_name, content=content)
        if found.state == ImportState.NEW:
            start_import(actor=actor, import_id=found.pk, options=ImportOptions(platform=platform))
    run_import(company_id=actor.company.pk, import_id=found.pk)


def _file(company: Company, platform: str) -> bytes:
    """Orders of people who are known by their e-mail; two rows have mistakes."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["order_id", "ordered_at", "gross", "tickets", "event", "name", "email"])
    wares = SHOPS[company.slug].wares
    began = company.created_at.astimezone(company.zone)
    for place, (_, name, email) in enumerate(_with_email(_GOOD_ROWS)):
        ware = wares[place % len(wares)]
        at = _evening(began, days_ago=3 + 2 * place)
        table.writerow([f"{platform[:3].upper()}-{9_000 + place}", at, f"{ware.price}.00", 1,
                        ware.name, name, email])  # fmt: skip
    table.writerow(["", _evening(began, days_ago=2), "20.00", 1, wares[0].name, "", ""])
    table.writerow([f"{platform[:3].upper()}-9100", "yesterday", "twenty", 1, "", "", ""])
    return out.getvalue().encode()


def _evening(began: datetime, *, days_ago: int) -> str:
    return (began - timedelta(days=days_ago)).strftime("%Y-%m-%d 18:%M")


def _with_email(how_many: int) -> list[tuple[UUID, str, str]]:
    """Customers that only one e-mail belongs to, the newest codes first: id, name, e-mail."""
    points = ContactPoint.objects.filter(
        kind="email",
        is_live=True,
        is_shared=False,
        is_invalid=False,
        customer__record_state=RecordState.ACTIVE,
    ).order_by("-customer__code", "id")
    rows = points.values_list("customer_id", "customer__full_name", "value")
    return [(customer_id, name, value) for customer_id, name, value in rows[:how_many]]
