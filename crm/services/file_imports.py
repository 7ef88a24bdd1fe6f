"""What people do with a file that is imported: keep it, stop it, go on with it, undo it.

Imports of orders and of customers say here which rows and rights are theirs, and share the rest.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.identifiers.text import clean_text
from crm.models.file_import import NEVER_RAN, STOPPED_STATES, FileImport, ImportState
from crm.roles import Action

LARGEST_FILE = 25 * 1024 * 1024
_UNDOABLE = (ImportState.DONE, *STOPPED_STATES)

Kept = TypeVar("Kept", bound=FileImport)


@dataclass(frozen=True, kw_only=True)
class ImportDesk(Generic[Kept]):
    """The imports of one model. `noun` begins its words in the audit trail, `topic` is the event
    that wakes a worker."""

    model: type[Kept]
    action: Action
    noun: str
    topic: str

    def kept(self, *, actor: Actor, file_name: str, content: bytes, otherwise: str) -> Kept:
        """A new import with the bytes of a file, not saved yet.

        Raises InvalidInput for a file over 25 MB and for one without a byte.
        """
        actor.require(self.action)
        if len(content) > LARGEST_FILE:
            raise InvalidInput.field("file", "The file is larger than 25 MB. Split it.")
        if not content:
            raise InvalidInput.field("file", "The file is empty. Export it again.")
        return self.model(
            company=actor.company,
            file_name=clean_text(file_name)[-255:] or otherwise,
            content=content,
            content_digest=hashlib.sha256(content).hexdigest(),
        )

    def locked(self, import_id: UUID) -> Kept:
        """The import, its row locked. Raises NotFound."""
        rows = self.model._default_manager.select_for_update(no_key=True)
        found = rows.filter(pk=import_id).first()
        if found is None:
            raise NotFound
        return found

    def imported_before(self, one: Kept, **narrower: Any) -> Kept | None:
        """The newest import of the same bytes that was started and not undone."""
        rows = self.model._default_manager.defer("content")
        return (
            rows.filter(content_digest=one.content_digest, **narrower)
            .exclude(pk=one.pk)
            .exclude(state__in=NEVER_RAN)
            .order_by("-started_at")
            .first()
        )

    @transaction.atomic
    def cancel(self, *, actor: Actor, import_id: UUID) -> Kept:
        """Stop after the present batch; what is imported stays. Raises Conflict, NotFound."""
        actor.require(self.action)
        one = self.locked(import_id)
        if one.state == ImportState.WAITING:
            one.state = ImportState.CANCELLED
            one.finished_at = timezone.now()
        elif one.state != ImportState.RUNNING:
            raise Conflict("This import is not running.", code="not_running")
        one.cancel_requested = True
        one.save(update_fields=["state", "cancel_requested", "finished_at", "updated_at"])
        audit.record(actor=actor, action=f"{self.noun}.cancelled", subject=one)
        return one

    @transaction.atomic
    def resume(self, *, actor: Actor, import_id: UUID) -> Kept:
        """Go on after the last row that was imported. Raises Conflict, NotFound."""
        actor.require(self.action)
        one = self.locked(import_id)
        if one.state not in STOPPED_STATES:
            raise Conflict("Only a stopped import can go on.", code="not_stopped")
        if one.undo_done or one.rows_total is None:
            raise Conflict("This import cannot go on. Import the file again.", code="not_stopped")
        self.hand_over(actor, one, ImportState.WAITING, "resumed")
        return one

    @transaction.atomic
    def undo(self, *, actor: Actor, import_id: UUID) -> Kept:
        """Let a worker take back what it did, as far as nothing newer stands upon it.

        Raises Conflict while it runs, has not run, or is undone; NotFound.
        """
        actor.require(self.action)
        one = self.locked(import_id)
        if one.state not in _UNDOABLE:
            raise Conflict("Only an import that has ended can be undone.", code="not_ended")
        if hasattr(one, "undo_cursor"):
            one.undo_cursor = None
        one.undo_done = 0
        one.undo_report = {"asked_by": actor.name[:200]}
        self.hand_over(actor, one, ImportState.UNDOING, "undo_started")
        return one

    def hand_over(self, actor: Actor, one: Kept, state: ImportState, word: str) -> None:
        """Leave the import to the workers, with no claim of an earlier one."""
        one.state = state
        one.cancel_requested = False
        one.claim = None
        one.attempts = 0
        one.heartbeat_at = None
        one.finished_at = None
        one.error = ""
        one.save()
        audit.record(
            actor=actor, action=f"{self.noun}.{word}", subject=one, new={"options": one.options}
        )
        outbox.publish(actor=actor, topic=self.topic, payload={"import_id": one.pk})
