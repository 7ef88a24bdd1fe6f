"""An import into an empty database gives the planner its first statistics."""

from django.db import connection, connections

from crm.actors import Door
from customers.contact_files.rows import ContactRow, LabelledText
from customers.services.import_contacts import BATCH, import_contacts
from tests.worlds import World

TABLES = ("customers_customer", "customers_contactpoint", "customers_searchphone")


def known_rows() -> dict[str, int]:
    """How many rows the planner believes in; -1 where nobody ever counted."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::int FROM pg_class WHERE relname = ANY(%s)", [list(TABLES)]
        )
        return dict(cursor.fetchall())


def people(count: int, *, first: int = 0) -> list[ContactRow]:
    return [
        ContactRow(
            row_number=number + 2,
            full_name=f"Person {number}",
            phones=(LabelledText(label="", text=f"04{number:08d}", column="Phone"),),
        )
        for number in range(first, first + count)
    ]


def test_the_first_batches_are_counted(committed: None, acme: World) -> None:
    # The owner forgets what earlier tests left behind.
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE customers_customer CASCADE")
        cursor.execute("TRUNCATE customers_searchphone, customers_searchdocument")
    assert set(known_rows().values()) == {-1}
    actor = acme.system(door=Door.IMPORT)
    import_contacts(actor=actor, rows=people(2), dry_run=True)
    assert set(known_rows().values()) == {-1}
    import_contacts(actor=actor, rows=people(BATCH + 10))
    assert known_rows() == dict.fromkeys(TABLES, BATCH + 10)


def test_tables_that_are_known_to_be_large_are_left_alone(committed: None, acme: World) -> None:
    actor = acme.system(door=Door.IMPORT)
    import_contacts(actor=actor, rows=people(2 * BATCH))
    known = known_rows()
    assert known == dict.fromkeys(TABLES, 2 * BATCH)
    import_contacts(actor=actor, rows=people(10, first=5000))
    assert known_rows() == known


def test_the_app_may_ask_but_not_analyze_by_itself(committed: None, acme: World) -> None:
    with acme.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT analyze_new_tables()")
        cursor.execute(
            "SELECT tableowner <> current_user FROM pg_tables WHERE tablename = %s",
            ["customers_customer"],
        )
        assert cursor.fetchone() == (True,)
