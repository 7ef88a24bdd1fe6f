"""A few people of one company, and what must be true of them, kept beside the database.

The model is one sentence: a row belongs to the record that it was last given to, and is found at
whoever that record has become by the merges that stand. Merging and undoing never rewrite to whom
a row belongs, so the model needs neither journal nor order of events.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from django.db import connections

from customers.selectors.merge_preview import preview_merge
from customers.selectors.undo_preview import preview_undo
from customers.services.merge import merge_customers
from customers.services.undo_merge import undo_merge
from tests.customers.merging_proof.canonical_dump import Dump, dump
from tests.worlds import World

OWN_TABLES = {
    "note": "customers_note",
    "order": "scoring_order",
    "lead": "leads_lead",
    "identity": "customers_externalidentity",
    "profile": "customers_profilelink",
    "consent": "customers_consentevent",
}


@dataclass
class Standing:
    """A merge that stands."""

    survivor: UUID
    absorbed: list[UUID]


@dataclass
class Crowd:
    """The model: records, merges that stand, and to whom each row belongs."""

    world: World
    records: list[UUID] = field(default_factory=list)
    deleted: set[UUID] = field(default_factory=set)
    standing: dict[UUID, Standing] = field(default_factory=dict)
    undone: list[UUID] = field(default_factory=list)
    by_hand: set[UUID] = field(default_factory=set)
    belongs: dict[tuple[str, UUID], UUID | None] = field(default_factory=dict)

    def became(self, record: UUID) -> UUID:
        """Whom this record lives on as."""
        into = {one: merge.survivor for merge in self.standing.values() for one in merge.absorbed}
        while record in into:
            record = into[record]
        return record

    def merged(self) -> list[UUID]:
        """Records that a standing merge took in."""
        return [one for one in self.records if self.became(one) != one]

    def live(self) -> list[UUID]:
        """Records that are neither merged nor deleted."""
        return [one for one in self.records if self.became(one) == one and one not in self.deleted]

    def dump(self) -> Dump:
        """The whole company; see canonical_dump."""
        return dump(self.world.company.pk)

    def merge(self, choose: Random, *, most: int = 4) -> UUID | None:
        """Merge two or more live records, with any survivor, choices and solutions."""
        live = self.live()
        if len(live) < 2:
            return None
        taken = choose.sample(live, choose.randint(2, min(most, len(live))))
        survivor, *absorbed = taken
        actor = self.world.system()
        with self.world.inside():
            seen = preview_merge(actor=actor, customer_ids=taken, survivor_id=survivor)
            merge = merge_customers(
                actor=actor,
                survivor_id=survivor,
                others=absorbed,
                versions={one.customer.pk: one.version for one in seen.records},
                choices={
                    one.name: str(choose.choice(sorted(one.values, key=str)))
                    for one in seen.fields
                    if choose.random() < 0.5
                },
                solutions={
                    one.key: choose.choice([value for value, _ in one.options])
                    for one in seen.conflicts
                },
            )
        self.standing[merge.pk] = Standing(survivor, absorbed)
        return merge.pk

    def undo(self, merge_id: UUID, choose: Random | None = None) -> None:
        """Undo a standing merge; with `choose` rows of the survivor go to whom chance decides."""
        actor = self.world.system()
        with self.world.inside():
            seen = preview_undo(actor=actor, merge_id=merge_id)
            goes_to = {}
            for change in seen.changes:
                wanted = change.chosen
                if choose is not None and change.options and choose.random() < 0.5:
                    wanted = choose.choice([value for value, _ in change.options])
                    goes_to[change.key] = wanted
                self._give(change.row_id, wanted, among=self.standing[merge_id].absorbed)
            undo_merge(actor=actor, merge_id=merge_id, goes_to=goes_to)
        del self.standing[merge_id]
        self.undone.append(merge_id)

    def _give(self, row_id: str, wanted: str, *, among: list[UUID]) -> None:
        """A row of the survivor becomes a restored record's."""
        for kind, row in self.belongs:
            for record in among:
                if (str(row), str(record)) == (row_id, wanted):
                    self.belongs[kind, row] = record

    def check(self, *, orders: bool = True) -> None:
        """The database says what the model says; `orders`: it knows all that there are."""
        assert self._states() == {one: self._state_of(one) for one in self.records}
        for kind, table in OWN_TABLES.items():
            expected = {
                row: self.became(record) if record else None
                for (of, row), record in self.belongs.items()
                if of == kind
            }
            found = _holders(table, expected)
            wrong = {
                row: (found.get(row), at) for row, at in expected.items() if found.get(row) != at
            }
            assert wrong == {}, f"{kind}: where it is, and where it should be"
        if not orders:
            return
        counted = Counter(
            self.became(record)
            for (kind, _), record in self.belongs.items()
            if kind == "order" and record
        )
        assert _orders(self.records) == {one: counted[one] for one in self.records}

    def _state_of(self, record: UUID) -> tuple[str, UUID | None]:
        for merge in self.standing.values():
            if record in merge.absorbed:
                return "merged", merge.survivor
        return ("deleted" if record in self.deleted else "active"), None

    def _states(self) -> dict[UUID, tuple[str, UUID | None]]:
        query = "SELECT id, record_state, merged_into_id FROM customers_customer WHERE id = ANY(%s)"
        return {row[0]: (row[1], row[2]) for row in _rows(query, self.records)}


def _holders(table: str, ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    return dict(_rows(f"SELECT id, customer_id FROM {table} WHERE id = ANY(%s)", list(ids)))  # type: ignore[arg-type]


def _orders(records: list[UUID]) -> dict[UUID, int]:
    query = "SELECT customer_id, orders FROM scoring_engagement WHERE customer_id = ANY(%s)"
    return dict(_rows(query, records))  # type: ignore[arg-type]


def _rows(query: str, ids: list[UUID]) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, [ids])
        return cursor.fetchall()
