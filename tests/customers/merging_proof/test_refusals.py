"""What people and systems ask for and cannot have: each refusal says why and writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm.actors import Actor
from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound, StaleVersion
from crm.roles import Role
from customers.models import Customer
from customers.services.merge import merge_customers
from customers.services.removal import delete_customer
from customers.services.undo_merge import undo_merge
from tests.customers.merging_proof.canonical_dump import differences, dump_of_all
from tests.factories.customers import make_customer
from tests.worlds import World


@dataclass
class Asked:
    """What somebody asks for, and who else there is."""

    actor: Actor
    survivor_id: UUID
    others: Sequence[UUID]
    versions: Mapping[UUID, int] | None = None
    choices: Mapping[str, str] | None = None

    def merge(self) -> Any:
        """Ask."""
        return merge_customers(
            actor=self.actor,
            survivor_id=self.survivor_id,
            others=self.others,
            versions=self.versions,
            choices=self.choices or {},
        )


def refusals(acme: World, globex: World) -> dict[str, tuple[Asked, type[CrmError], str]]:
    """Each refusal with its error and code."""
    admin = acme.actor(Role.ADMIN)
    with globex.inside():
        stranger = make_customer(globex.system())
    with acme.inside():
        ana, ben, gone, old = (make_customer(acme.system()) for _ in range(4))
        delete_customer(actor=admin, customer_id=gone.pk, reason="asked for it")
        merge_customers(actor=admin, survivor_id=ben.pk, others=[old.pk])
        many = [make_customer(acme.system()).pk for _ in range(50)]
        version = Customer.objects.get(pk=ben.pk).version
    a, b = ana.pk, ben.pk
    seen = {a: ana.version, b: version}
    return {
        "itself": (Asked(admin, a, [a]), InvalidInput, "same"),
        "nobody": (Asked(admin, a, []), InvalidInput, "too_few"),
        "fifty-one": (Asked(admin, a, many), InvalidInput, "too_many"),
        "a stranger": (Asked(admin, a, [stranger.pk]), NotFound, "not_found"),
        "into a stranger": (Asked(admin, stranger.pk, [a]), NotFound, "not_found"),
        "unknown": (Asked(admin, a, [uuid4()]), NotFound, "not_found"),
        "deleted": (Asked(admin, a, [gone.pk]), Conflict, "deleted"),
        "into a deleted one": (Asked(admin, gone.pk, [a]), Conflict, "deleted"),
        "merged": (Asked(admin, a, [old.pk]), Conflict, "merged"),
        "a circle": (Asked(admin, old.pk, [b]), Conflict, "merged"),
        "stale": (Asked(admin, a, [b], seen | {b: version - 1}), StaleVersion, "stale"),
        "receptionist": (Asked(acme.actor(), a, [b], seen), Forbidden, "forbidden"),
        "of a third": (Asked(admin, a, [b], seen, {"address": str(gone.pk)}), InvalidInput, ""),
        "no id": (Asked(admin, a, [b], seen, {"address": "me; DROP"}), InvalidInput, ""),
    }


def test_refusals_say_why_and_write_nothing(committed: None, acme: World, globex: World) -> None:
    asked = refusals(acme, globex)
    before = dump_of_all(acme.company.pk)
    for name, (request, error, code) in asked.items():
        with pytest.raises(error) as refusal, acme.inside():
            request.merge()
        assert code in ("", refusal.value.code), name
        assert refusal.value.message, name
        assert differences(before, dump_of_all(acme.company.pk)) == [], name


def test_undoing_what_cannot_be_undone(committed: None, acme: World, globex: World) -> None:
    with acme.inside():
        ana, ben = (make_customer(acme.system()).pk for _ in range(2))
        merge = merge_customers(actor=acme.system(), survivor_id=ana, others=[ben])
    with pytest.raises(NotFound), globex.inside():
        undo_merge(actor=globex.system(), merge_id=merge.pk)
    with pytest.raises(Forbidden), acme.inside():
        undo_merge(actor=acme.actor(), merge_id=merge.pk)
    with pytest.raises(NotFound), acme.inside():
        undo_merge(actor=acme.system(), merge_id=uuid4())
    with acme.inside():
        undo_merge(actor=acme.system(), merge_id=merge.pk)
    with pytest.raises(Conflict), acme.inside():
        undo_merge(actor=acme.system(), merge_id=merge.pk)
