"""Files of customers and leads: kept, looked at, rehearsed, started. `contact_import_run` works."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import phonenumbers
from django.db import transaction
from django.utils import timezone

from crm import audit
from crm.actors import Actor, Door, system_actor
from crm.claims import Claims
from crm.errors import Conflict, InvalidInput
from crm.models import Company
from crm.models.file_import import OPEN_STATES, ImportPhase, ImportState
from crm.roles import Action
from crm.services.file_imports import ImportDesk
from crm.tabular.date_order import DateOrder
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.headers import CHOICES
from customers.contact_files.reader import ContactFile, open_contacts
from customers.contact_files.size import about_how_many
from customers.models import ContactImport, ContactImportProblem
from customers.services.contact_import.kinds import ImportKind, all_kinds, kind_of

TOPIC = "contactimport.waiting"
COUNTS = (
    "new_rows",
    "updated_rows",
    "unchanged_rows",
    "duplicate_rows",
    "doubtful_rows",
    "bad_rows",
)
DATE_ORDERS = {"day_first": DateOrder.DAY_FIRST, "month_first": DateOrder.MONTH_FIRST}

desk = ImportDesk(
    model=ContactImport, action=Action.IMPORT_CUSTOMERS, noun="contactimport", topic=TOPIC
)
imports = Claims(
    model=ContactImport,
    open_states=OPEN_STATES,
    failed=ImportState.FAILED,
    lease=timedelta(minutes=1),
    place="place",
)
cancel_import = desk.cancel
resume_import = desk.resume
undo_import = desk.undo


@dataclass(frozen=True, kw_only=True)
class ContactOptions:
    """What somebody says of a file: what its columns hold (a Part or a column of the kind, by
    position), in which country phones without one are, how birthdays are written, whether to leave
    out people who are probably here already, and what the kind asks."""

    columns: Mapping[int, str] = field(default_factory=dict)
    region: str = ""
    date_order: str = ""
    asks_who_is_here: bool = True
    of_kind: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def keep_file(*, actor: Actor, kind: str, file_name: str, content: bytes) -> ContactImport:
    """Keep the bytes of a file before anybody reads them; `error` says when they are no such file.

    Raises InvalidInput for an unknown kind, a file over 25 MB and one without a byte.
    """
    if kind not in {one.name for one in all_kinds()}:
        raise InvalidInput.field("kind", "Choose what the file holds.")
    kept = desk.kept(actor=actor, file_name=file_name, content=content, otherwise="people.csv")
    kept.kind = kind
    try:
        kept.file_format = open_kept(kept).file_format
    except UnreadableFile as error:
        kept.error = error.message[:500]
    kept.save(force_insert=True)
    audit.record(
        actor=actor,
        action="contactimport.kept",
        subject=kept,
        new={"content_digest": kept.content_digest, "kind": kind, "format": kept.file_format},
    )
    return kept


@transaction.atomic
def start_import(
    *,
    actor: Actor,
    import_id: UUID,
    options: ContactOptions | None = None,
    dry_run: bool = False,
) -> ContactImport:
    """Let a worker go through a kept file: to say what would happen, or to make it happen.

    A dry run may be repeated, and followed by the import with the same options (`options` None).
    Raises InvalidInput when the file or an option is wrong, Conflict `not_new` when the import was
    started already, NotFound.
    """
    actor.require(Action.IMPORT_CUSTOMERS)
    one = desk.locked(import_id)
    if not may_start(one):
        raise Conflict("This import has been started already.", code="not_new")
    if options is not None:
        one.options, one.columns = _checked(actor, kind_of(one.kind), options)
    try:
        one.file_format = open_kept(one).file_format
    except UnreadableFile as error:
        raise InvalidInput(error.message, code=error.code) from error
    one.rows_total = about_how_many(bytes(one.content))
    one.is_dry_run = dry_run
    forget(one)
    one.started_by = actor.name[:200]
    one.started_at = timezone.now()
    word = "rehearsed" if dry_run else "started"
    desk.hand_over(actor, one, ImportState.WAITING, word)
    return one


def may_start(one: ContactImport) -> bool:
    """Whether nothing of the file was entered yet: it is new, or was only rehearsed."""
    return one.state == ImportState.NEW or (one.is_dry_run and one.state not in OPEN_STATES)


def forget(one: ContactImport) -> None:
    """No row was looked at yet. The caller saves."""
    one.rows_done = 0
    for name in COUNTS:
        setattr(one, name, 0)
    ContactImportProblem.objects.filter(contact_import=one, phase=ImportPhase.READING).delete()


def open_kept(one: ContactImport, *, names_people: bool = True) -> ContactFile:
    """The kept file, opened as its options say. Raises UnreadableFile."""
    return open_contacts(
        io.BytesIO(bytes(one.content)),
        date_order=DATE_ORDERS.get(one.options.get("date_order", "")),
        more=kind_of(one.kind).more,
        choices={int(position): choice for position, choice in one.columns.items()},
        names_people=names_people,
    )


def acting_for(one: ContactImport, company: Company, *, asked_by: str) -> Actor:
    """The system at work for the person who asked; the name tells the imports apart."""
    name = f"{asked_by[:150]} (import {one.pk.hex[-12:]})"
    return system_actor(company, door=Door.IMPORT, name=name)


def _checked(
    actor: Actor, kind: ImportKind, options: ContactOptions
) -> tuple[dict[str, object], dict[str, str]]:
    errors: dict[str, str] = {}
    region = options.region.strip().upper() or actor.company.default_region
    if region not in phonenumbers.SUPPORTED_REGIONS:
        errors["region"] = "This is not a country such as AU, IN or US."
    if options.date_order and options.date_order not in DATE_ORDERS:
        errors["date_order"] = "Choose whether the day or the month comes first."
    for asked in kind.options:
        given = options.of_kind.get(asked.name, "")
        known = {value for value, _ in asked.choices(actor)}
        if given not in known and (given or asked.required):
            errors[asked.name] = "Choose one of the list."
    allowed = {part.name for part in CHOICES} | {one.name for one in kind.more}
    columns = {str(at): choice for at, choice in options.columns.items() if choice in allowed}
    if errors:
        raise InvalidInput(next(iter(errors.values())), fields=errors)
    return {
        "region": region,
        "date_order": options.date_order,
        "asks_who_is_here": options.asks_who_is_here,
        **{asked.name: options.of_kind.get(asked.name, "") for asked in kind.options},
    }, columns
