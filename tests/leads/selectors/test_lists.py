"""Lists of leads: filters, orderings, pages, and what a role sees."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.errors import InvalidInput
from crm.roles import Role
from leads.models import Lead, LeadSource
from leads.models.lead import LeadStatus
from leads.selectors.lists import LeadFilters, count_leads, list_leads
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

LONG_AGO = datetime(2024, 6, 1, tzinfo=UTC)


def names(world: World, role: Role = Role.MANAGER, **values: object) -> list[str]:
    ordering = str(values.pop("ordering", "received"))
    filters = LeadFilters(**values)  # type: ignore[arg-type]
    page = list_leads(actor=world.actor(role), filters=filters, ordering=ordering)
    return [lead.full_name for lead in page.rows]


def legacy(world: World, name: str, *, days: int = 0, **values: object) -> Lead:
    at = LONG_AGO + timedelta(days=days)
    return make_legacy_lead(world.north, name=name, received_at=at, **values)  # type: ignore[arg-type]


def test_the_newest_first(acme: World) -> None:
    for day, name in enumerate(["a", "b", "c"]):
        legacy(acme, name, days=day)
    assert names(acme) == ["c", "b", "a"]


def test_by_status(acme: World) -> None:
    for status in LeadStatus:
        legacy(acme, status, status=status)
    assert names(acme, status="lost") == ["lost"]
    assert set(names(acme, status="open")) == {"new", "working", "pending", "qualified"}
    assert set(names(acme, status="closed")) == {"won", "lost", "disqualified"}


def test_by_branch_source_owner_and_customer(acme: World) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    source = LeadSource.objects.get(kind="telephony")
    legacy(acme, "owned", owner=rm)
    legacy(acme, "called", source=source)
    make_legacy_lead(acme.south, name="south")
    make_lead(acme.actor(), branch=acme.north, full_name="Linked One")
    assert names(acme, branch_id=acme.south.pk) == ["south"]
    assert names(acme, source_id=source.pk) == ["called"]
    assert names(acme, owner=rm.pk) == names(acme, owner=str(rm.pk)) == ["owned"]
    assert "owned" not in names(acme, owner="unassigned")
    assert names(acme, Role.RELATIONSHIP_MANAGER, owner="me") == ["owned"]
    assert "Linked One" not in names(acme, without_customer=True)
    assert len(names(acme, without_customer=True)) == 3


def test_received_between_days_of_the_company(acme: World) -> None:
    zone = acme.company.zone  # Sydney is ten hours ahead of UTC in June
    before = datetime(2024, 6, 9, 23, 59, 59, tzinfo=zone)
    for name, at in (
        ("before", before),
        ("first", before + timedelta(seconds=1)),
        ("last", datetime(2024, 6, 11, 23, 59, 59, tzinfo=zone)),
        ("after", datetime(2024, 6, 12, tzinfo=zone)),
    ):
        make_legacy_lead(acme.north, name=name, received_at=at)
    day = date(2024, 6, 10)
    assert names(acme, received_from=day, received_to=date(2024, 6, 11)) == ["last", "first"]


def test_follow_ups_of_today(acme: World) -> None:
    zone = acme.company.zone
    today = timezone.localdate(timezone=zone)
    midnight = datetime.combine(today, datetime.min.time(), tzinfo=zone)
    pending = {"status": LeadStatus.PENDING, "remarks": "x"}
    legacy(acme, "overdue", follow_up_at=midnight - timedelta(seconds=1), **pending)
    legacy(acme, "morning", follow_up_at=midnight, **pending)
    legacy(acme, "night", follow_up_at=midnight + timedelta(hours=22, minutes=59), **pending)
    legacy(acme, "tomorrow", follow_up_at=midnight + timedelta(hours=25, seconds=1), **pending)
    legacy(acme, "closed", status=LeadStatus.LOST, follow_up_at=midnight)
    legacy(acme, "none")
    by = {"ordering": "follow_up"}
    assert names(acme, follow_up="today", **by) == ["morning", "night"]
    assert names(acme, follow_up="overdue", **by) == ["overdue"]
    assert names(acme, follow_up="due", **by) == ["overdue", "morning", "night"]
    assert names(acme, **by) == ["overdue", "morning", "night", "tomorrow"]


def test_pages_neither_repeat_nor_miss(acme: World) -> None:
    for number in range(7):  # three moments, so that ties are broken by the id
        legacy(acme, str(number), days=number // 3)
    actor, seen, cursor = acme.actor(), [], ""
    while True:
        page = list_leads(actor=actor, filters=LeadFilters(), cursor=cursor, size=3)
        seen += [lead.full_name for lead in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert sorted(seen) == list("0123456")


def test_a_cursor_whose_follow_up_is_gone(acme: World) -> None:
    ahead = timezone.now() + timedelta(days=1)
    for number in range(3):
        at = ahead + timedelta(hours=number)
        legacy(acme, str(number), follow_up_at=at)
    actor = acme.actor()
    first = list_leads(actor=actor, filters=LeadFilters(), ordering="follow_up", size=1)
    Lead.objects.update(follow_up_at=None)
    with pytest.raises(InvalidInput) as refused:
        list_leads(
            actor=actor, filters=LeadFilters(), ordering="follow_up", cursor=first.next_cursor
        )
    assert refused.value.code == "bad_cursor"


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.RECEPTIONIST, {"free", "mine", "south"}),
        (Role.RELATIONSHIP_MANAGER, {"mine"}),
        (Role.TEAM_LEAD, {"free", "mine"}),
        (Role.FINANCE, {"free", "mine", "south"}),
        (Role.ADMIN, {"free", "mine", "south"}),
    ],
)
def test_what_a_role_sees(acme: World, globex: World, role: Role, seen: set[str]) -> None:
    legacy(acme, "free")
    legacy(acme, "mine", owner=acme.staff[Role.RELATIONSHIP_MANAGER])
    make_legacy_lead(acme.south, name="south")
    with globex.inside():
        make_legacy_lead(globex.north, name="stranger")
    assert set(names(acme, role)) == seen
    assert count_leads(actor=acme.actor(role), filters=LeadFilters()) == len(seen)
    with globex.inside():
        assert names(globex, role) == (["stranger"] if role in COMPANY_WIDE else [])


COMPANY_WIDE = {Role.RECEPTIONIST, Role.FINANCE, Role.ADMIN}
COMPANY_WIDE |= {Role.TEAM_LEAD}  # of the branch where the stranger is


@pytest.mark.parametrize(
    "values",
    [
        {"status": "fresh"},
        {"owner": "robin"},
        {"follow_up": "soon"},
        {"received_to": date.max},
        {"ordering": "full_name"},
        {"ordering": "-received"},
    ],
)
def test_only_what_is_on_the_lists(acme: World, values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        names(acme, **values)


def test_the_count_stops(acme: World) -> None:
    for number in range(5):
        legacy(acme, str(number))
    assert count_leads(actor=acme.actor(), filters=LeadFilters(), at_most=3) == 3


def test_queries_do_not_grow_with_rows(acme: World) -> None:
    rm = acme.staff[Role.RELATIONSHIP_MANAGER]
    counts = []
    for _ in range(2):
        for _ in range(4):
            make_lead(acme.actor(), branch=acme.north, owner_id=rm.pk)
        first = list_leads(actor=acme.actor(), filters=LeadFilters(), size=2)
        with CaptureQueriesContext(connection) as queries:
            page = list_leads(
                actor=acme.actor(), filters=LeadFilters(), cursor=first.next_cursor, size=50
            )
            assert all(row.customer and row.owner and row.branch for row in page.rows)
        counts.append(len(queries))
    assert counts == [2, 2]
