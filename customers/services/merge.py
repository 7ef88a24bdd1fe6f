"""Making one record of several; every change goes into a journal (docs/merging.md)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.roles import Action
from customers.merging import decisions
from customers.merging.conflicts import conflicts_of
from customers.merging.fields import field_choices, require_known_fields, values_taken
from customers.merging.journal import Journal
from customers.merging.participants import live_records, require_number, require_versions
from customers.merging.relations import OWN_FIELDS, relations
from customers.merging.retrying import begin_again
from customers.merging.settlers import Participants, settler_of
from customers.models import Customer, Merge, MergedRecord
from customers.models.customer import RecordState
from customers.models.merge import MergeOrigin, MoveKind
from customers.services.customer_fields import clean_line
from customers.services.match_decisions import carry_decisions

NOTHING: Mapping[str, str] = {}


def merge_customers(
    *,
    actor: Actor,
    survivor_id: UUID,
    others: Sequence[UUID],
    versions: Mapping[UUID, int] | None = None,
    choices: Mapping[str, str] = NOTHING,
    solutions: Mapping[str, str] = NOTHING,
    reason: str = "",
    origin: MergeOrigin = MergeOrigin.PERSON,
) -> Merge:
    """Let the survivor take in the others, with everything that is theirs.

    `choices` says by field name (`FieldChoice`) the id of the record whose value is taken,
    `solutions` answers conflicts by their key; the defaults are those of `preview_merge`.
    `versions` are those that the person saw.

    Raises Forbidden, NotFound, InvalidInput (`same`, `too_few`, `too_many`, a wrong choice),
    StaleVersion `stale`, and Conflict: `merged`, `deleted`, `unsolved`, or `busy`.
    """
    actor.require(Action.MERGE_CUSTOMERS)
    reason = clean_line("reason", reason)
    ids = [survivor_id, *others]
    require_number(ids)
    require_known_fields(choices)

    def work() -> Merge:
        records = live_records(ids, lock=True)
        require_versions(records, versions or {})
        survivor, *absorbed = records.values()
        participants = Participants(
            survivor=survivor, absorbed=absorbed, choices=choices, solutions=solutions
        )
        conflicts_of(participants)  # refuses answers to questions that nobody asks
        return _merge(actor, participants, reason, origin)

    return begin_again(work)


def _merge(actor: Actor, participants: Participants, reason: str, origin: MergeOrigin) -> Merge:
    taken = field_choices(participants.all, participants.choices)
    merge = Merge.objects.create(
        company=actor.company,
        survivor=participants.survivor,
        origin=origin,
        merged_by=actor.name[:200],
        reason=reason,
        choices={choice.name: str(choice.chosen) for choice in taken},
    )
    MergedRecord.objects.bulk_create(
        MergedRecord(company=actor.company, merge=merge, customer=one)
        for one in participants.absorbed
    )
    journal = Journal(merge=merge)
    # Facts before the first change; trail and journal tell old and new.
    new = values_taken(participants.all, taken)
    old = {name: getattr(participants.survivor, name) for name in new}
    ended = [
        settler_of(relation.policy.settled_by).watch(participants.ids) for relation in relations()
    ]
    _change_records(journal, participants, old, new)
    merge.rows_moved = _move_rows(actor, journal, participants)
    merge.save(update_fields=["rows_moved", "updated_at"])
    for end in ended:
        end()
    carried = carry_decisions(
        actor=actor,
        survivor_id=participants.survivor.pk,
        absorbed_ids=participants.absorbed_ids,
    )
    journal.note(
        relation=decisions.RELATION,
        kind=MoveKind.CREATED,
        rows=[(one.pk, None, {"left": one.left_id, "right": one.right_id}) for one in carried],
    )
    _tell(actor, merge, participants, old, new)
    return merge


def _change_records(
    journal: Journal,
    participants: Participants,
    old: Mapping[str, object],
    new: Mapping[str, object],
) -> None:
    now = timezone.now()
    # First of all: merged records identify nobody, so their numbers are free for the survivor.
    Customer.objects.filter(pk__in=participants.absorbed_ids).update(
        record_state=RecordState.MERGED,
        merged_into=participants.survivor,
        version=F("version") + 1,
        updated_at=now,
    )
    Customer.objects.filter(pk=participants.survivor.pk).update(
        **new, version=F("version") + 1, updated_at=now
    )
    if new:
        journal.note(
            relation=OWN_FIELDS,
            kind=MoveKind.CHANGED,
            rows=[(participants.survivor.pk, old, new)],
        )


def _move_rows(actor: Actor, journal: Journal, participants: Participants) -> int:
    moved = 0
    for relation in relations():
        settler = settler_of(relation.policy.settled_by)
        settler.before_moving(actor=actor, journal=journal, participants=participants)
        if relation.is_once and not relation.policy.settled_by:
            moved += journal.put_aside_twins(relation, participants=participants.ids)
        moved += journal.move(
            relation, absorbed=participants.absorbed_ids, survivor=participants.survivor.pk
        )
        settler.after_moving(actor=actor, journal=journal, participants=participants)
    return moved


def _tell(
    actor: Actor,
    merge: Merge,
    participants: Participants,
    old: Mapping[str, object],
    new: Mapping[str, object],
) -> None:
    fact = {
        "merge": merge.pk,
        "survivor": participants.survivor.pk,
        "merged": participants.absorbed_ids,
        "into": str(participants.survivor),
        "people": [str(one) for one in participants.absorbed],
    }
    audit.record_many(
        actor=actor,
        action="customer.merged",
        subjects={
            participants.survivor: {**fact, **new},
            **dict.fromkeys(participants.absorbed, fact),
        },
        old={participants.survivor: old},
        reason=merge.reason,
    )
    outbox.publish(
        actor=actor,
        topic="customer.merged",
        payload={
            "merge": merge.pk,
            "survivor": participants.survivor.pk,
            "merged": participants.absorbed_ids,
            "customer_id": participants.survivor.pk,
            "customer_ids": participants.ids,
        },
    )
