"""A file on its way in: what imports of orders, of customers and of leads have in common."""

from typing import ClassVar

from django.db import models

from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel, TenantRecord


class ImportState(models.TextChoices):
    """Where an import stands."""

    NEW = "new", "Not started"
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    CANCELLED = "cancelled", "Stopped"
    FAILED = "failed", "Failed"
    DONE = "done", "Done"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


# States in which a worker has something to do.
OPEN_STATES = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)
STOPPED_STATES = (ImportState.CANCELLED, ImportState.FAILED)
NEVER_RAN = (ImportState.NEW, ImportState.UNDONE)


class ImportPhase(models.TextChoices):
    """What was being done when a problem came up."""

    READING = "reading", "Import"
    UNDOING = "undoing", "Undo"


FILE_POLICIES: dict[str, Policy] = {
    "options": NoReference(why="How the file is read."),
    "undo_report": NoReference(why="Counts and a place in a list."),
}


class FileImport(TenantRecord):
    """One file: its bytes as they came, and how far it is.

    `rows_done` is the checkpoint: a stopped import goes on after that row. A worker that takes the
    import writes its own `claim`; only the holder of the claim may go on (crm/claims.py).
    `attempts` counts the takings since the last progress. `options` holds what the file does not
    say of itself.
    """

    on_merge: ClassVar[dict[str, Policy]] = {}

    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    content_digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.NEW)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    cancel_requested = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    bad_rows = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    undo_done = models.PositiveIntegerField(default=0)
    undo_report = models.JSONField(default=dict, blank=True)
    started_by = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


class FileImportProblem(TenantModel):
    """A row that could not be used: where it stands in the file, and what to mend.

    An undo notes here what it kept and why; that has no row.
    """

    id = models.BigAutoField(primary_key=True)
    phase = models.CharField(max_length=8, choices=ImportPhase.choices, default=ImportPhase.READING)
    row = models.PositiveIntegerField(
        null=True, help_text="Row of the file as a spreadsheet shows it, the header being 1."
    )
    column = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=500)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}" if self.row else self.message
