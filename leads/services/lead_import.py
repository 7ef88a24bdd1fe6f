"""Leads made of the rows of a file (source systems S3.5), and closed again when it is undone.

A row's source and sub-source must exist. A person with an open lead at the branch gets no second
one, and a row that was imported before is known by the digest of its cells.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.identifiers.text import clean_text
from crm.models import Branch
from crm.models.file_import import ImportPhase
from crm.tabular.header_text import plain_header
from customers.contact_files.headers import MoreColumn
from customers.contact_files.rows import ContactRow
from customers.models import ContactImport, ContactImportProblem
from customers.models.contact_point import ContactKind
from customers.services.contact_import.batch import Planned, refused
from customers.services.contact_import.kinds import Choices, ImportKind, KindOption
from customers.services.contact_import.planning import Verdict
from customers.services.contact_import.report import RowOutcome
from leads.models import Lead, LeadEvent, LeadImportLead, LeadSource, LeadStatus
from leads.models.lead import OPEN_STATUSES
from leads.models.lead_event import LeadEventKind
from leads.services.lead_fields import LENGTHS
from leads.services.stage_effects import advance_stage

UNDONE = "The import that made this lead was undone."
NO_PHONE = "A lead needs a phone or an e-mail that can be kept."
NO_SOURCE = "The row names no source, and none was chosen for the file."
UNKNOWN_SOURCE = "There is no source with this name and sub-source. Add it in the admin first."
OPEN_LEAD = "This person has an open lead at the branch already. Work on that one."
TWICE = "The person stands in the file twice; the first row is their lead."
TAKE_BACK = 200


def _aliases(names: str) -> frozenset[str]:
    return frozenset(plain_header(name) for name in names.split(","))


COLUMNS = (
    MoreColumn("source", "Lead source", _aliases("source,lead source,LeadSource,original source")),
    MoreColumn("sub_source", "Sub-source", _aliases("sub source,subsource,campaign")),
    MoreColumn("lead_id", "The lead’s own id", _aliases("lead id,record id,external id")),
    MoreColumn("interest", "What they want", _aliases("interest,interested in,model,product")),
)


def branches(actor: Actor) -> Choices:
    """Where the leads may belong."""
    rows = Branch.objects.filter(is_active=True).order_by("name")
    return [(str(branch.pk), branch.name) for branch in rows]


def sources(actor: Actor) -> Choices:
    """What the leads may come from where their row does not say."""
    return [(str(one.pk), str(one)) for one in LeadSource.objects.filter(is_active=True)]


@dataclass
class LeadRows:
    """The leads of a batch, or of a whole rehearsal."""

    actor: Actor
    contact_import: ContactImport
    made: list[Lead] = field(default_factory=list)
    _taken: set[UUID] = field(default_factory=set)  # people of these rows
    _keys: set[tuple[UUID, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.branch_id = UUID(self.contact_import.options["branch"])
        chosen = self.contact_import.options.get("source", "")
        known = list(LeadSource.objects.filter(is_active=True))
        self._default = next((one for one in known if str(one.pk) == chosen), None)
        self._sources = {_named(one.name, one.sub_source): one for one in known}

    def refuse(self, rows: Sequence[ContactRow]) -> Mapping[int, Verdict]:
        """Rows without a source that is known, and those by which nobody can be reached."""
        out: dict[int, Verdict] = {}
        for row in rows:
            if not (row.phones or row.emails) and not row.is_bad:
                out[row.row_number] = refused(NO_PHONE)
            elif self._source(row) is None and not row.is_bad:
                message = UNKNOWN_SOURCE if dict(row.more).get("source") else NO_SOURCE
                out[row.row_number] = refused(message, column="source", sort="source_not_found")
        return out

    def plan(self, planned: Sequence[Planned]) -> list[Planned]:
        """A lead for each person who has none that is open at the branch."""
        ids = [one.verdict.person.customer.pk for one in planned if one.verdict.person]
        # No lock of its own: whoever makes a lead holds the customer, whom the batch has locked.
        open_now = set(
            Lead.objects.filter(
                customer_id__in=ids, branch_id=self.branch_id, status__in=OPEN_STATUSES
            ).values_list("customer_id", flat=True)
        )
        keys = {one.row.row_number: self._key(one.row) for one in planned}
        known = self._imported_before(keys.values())
        return [self._plan(one, keys[one.row.row_number], open_now, known) for one in planned]

    def write(self) -> None:
        """The leads with their history, trail and events, in a fixed number of statements."""
        if not self.made:
            return
        actor = self.actor
        Lead.objects.bulk_create(self.made)
        LeadEvent.objects.bulk_create(
            LeadEvent(
                company=actor.company,
                lead=lead,
                kind=LeadEventKind.CREATED,
                new_status=lead.status,
                by_name=actor.name,
            )
            for lead in self.made
        )
        LeadImportLead.objects.bulk_create(
            LeadImportLead(company=actor.company, contact_import=self.contact_import, lead=lead)
            for lead in self.made
        )
        audit.record_many(
            actor=actor,
            action="lead.created",
            subjects={lead: _facts(lead) for lead in self.made},
        )
        outbox.publish_many(
            actor=actor,
            events=[
                ("lead.created", {"lead_id": lead.pk, "customer_id": lead.customer_id})
                for lead in self.made
            ],
        )
        for lead in self.made:
            advance_stage(actor, lead)

    def _plan(
        self, one: Planned, key: tuple[UUID, str], open_now: set[UUID], known: set[tuple[UUID, str]]
    ) -> Planned:
        person = one.verdict.person
        if person is None:
            return one
        customer = person.customer
        reachable = any(one.incoming.readings)
        if key in known:
            return replace(one, verdict=replace(one.verdict, outcome=RowOutcome.UNCHANGED))
        if not reachable:
            return _out(one, refused(NO_PHONE))
        if customer.pk in self._taken or key in self._keys:
            return _out(one, refused(TWICE, sort="duplicate"))
        if customer.pk in open_now:
            return _out(one, refused(OPEN_LEAD, sort="duplicate"))
        self._taken.add(customer.pk)
        self._keys.add(key)
        self.made.append(self._lead(one, key))
        if one.verdict.outcome in (RowOutcome.UPDATED, RowOutcome.UNCHANGED):
            verdict = replace(one.verdict, outcome=RowOutcome.NEW, was_entered=True)
            return replace(one, verdict=verdict)
        return replace(one, verdict=replace(one.verdict, was_entered=True))

    def _lead(self, one: Planned, key: tuple[UUID, str]) -> Lead:
        assert one.verdict.person is not None
        readings = one.incoming.readings
        phone = next((each for each in readings if each.kind == ContactKind.PHONE), None)
        email = next((each for each in readings if each.kind == ContactKind.EMAIL), None)
        more = dict(one.row.more)
        return Lead(
            company=self.actor.company,
            customer=one.verdict.person.customer,
            branch_id=self.branch_id,
            source_id=key[0],
            external_id=key[1],
            full_name=one.row.full_name[: LENGTHS["full_name"]],
            phone=phone.value if phone else "",
            phone_as_typed=phone.as_typed if phone else "",
            email=email.value if email else "",
            interest=more.get("interest", "")[: LENGTHS["interest"]],
        )

    def _source(self, row: ContactRow) -> LeadSource | None:
        more = dict(row.more)
        if not more.get("source"):
            return self._default
        return self._sources.get(_named(more["source"], more.get("sub_source", "")))

    def _key(self, row: ContactRow) -> tuple[UUID, str]:
        """By what the row is known when it comes again: the lead's own id, else all its cells."""
        source = self._source(row)
        own = clean_text(dict(row.more).get("lead_id", ""))
        values = (row.full_name, row.phones, row.emails, row.more, row.notes)
        digest = hashlib.sha256(repr(values).encode()).hexdigest()
        return (
            source.pk if source else self.branch_id,
            own[: LENGTHS["external_id"]] or f"row {digest}",
        )

    def _imported_before(self, keys: Iterable[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
        wanted = [key for _, key in keys]
        rows = Lead.objects.filter(
            source__in=[one.pk for one in self._sources.values()], external_id__in=wanted
        )
        return {
            (source_id, external_id)
            for source_id, external_id in rows.values_list("source_id", "external_id")
            if source_id
        }


def take_back_leads(actor: Actor, contact_import: ContactImport) -> bool:
    """Close the next leads of an import that nobody worked on; the others are told and stay."""
    rows = LeadImportLead.objects.filter(contact_import=contact_import, is_taken_back=False)
    report = contact_import.undo_report
    if "below_lead" in report:
        rows = rows.filter(pk__lt=report["below_lead"])
    links = list(rows.order_by("-pk")[:TAKE_BACK])
    if not links:
        return False
    wanted = {link.lead_id for link in links}
    # Customers before leads (docs/locking.md).
    leads = {
        lead.pk: lead
        for lead in Lead.objects.filter(pk__in=wanted)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    }
    for link in links:
        lead = leads[link.lead_id]
        if lead.version == 1 and lead.status == LeadStatus.NEW:
            _close(actor, lead)
            link.is_taken_back = True
        else:
            _tell_kept(actor, contact_import, lead)
    LeadImportLead.objects.bulk_update(links, ["is_taken_back"])
    contact_import.undo_report = {**report, "below_lead": links[-1].pk}
    ContactImport.objects.filter(pk=contact_import.pk).update(
        undo_report=contact_import.undo_report
    )
    return True


def _close(actor: Actor, lead: Lead) -> None:
    now = timezone.now()
    lead.status, lead.reason, lead.closed_at = LeadStatus.LOST, UNDONE, now
    lead.external_id = ""  # so that the file can be imported again
    lead.version += 1
    lead.last_activity_at = now
    lead.save()
    LeadEvent.objects.create(
        company=actor.company,
        lead=lead,
        kind=LeadEventKind.STATUS_CHANGED,
        old_status=LeadStatus.NEW,
        new_status=LeadStatus.LOST,
        remarks=UNDONE,
        by_name=actor.name,
    )
    audit.record(
        actor=actor, action="lead.updated", subject=lead, new={"status": lead.status}, reason=UNDONE
    )
    payload = {"lead_id": lead.pk, "customer_id": lead.customer_id}
    outbox.publish(actor=actor, topic="lead.updated", payload=payload)


def _tell_kept(actor: Actor, contact_import: ContactImport, lead: Lead) -> None:
    ContactImportProblem.objects.create(
        company=actor.company,
        contact_import=contact_import,
        phase=ImportPhase.UNDOING,
        message=f"A lead of {lead.received_at:%d %B %Y} stays: somebody has worked on it.",
    )


def _facts(lead: Lead) -> dict[str, Any]:
    names = ("customer_id", "branch_id", "source_id", "external_id", "full_name", "phone", "email")
    return {name: value for name in names if (value := getattr(lead, name))}


def _out(one: Planned, verdict: Verdict) -> Planned:
    return replace(one, verdict=replace(verdict, was_entered=one.verdict.was_entered))


def _named(name: str, sub_source: str) -> tuple[str, str]:
    return clean_text(name).casefold(), clean_text(sub_source).casefold()


LEADS = ImportKind(
    name="leads",
    title="Leads",
    about="Everybody becomes a lead of one branch, and a customer where they are none yet.",
    more=COLUMNS,
    options=(
        KindOption(name="branch", label="Branch of the leads", choices=branches),
        KindOption(
            name="source",
            label="Source of rows that name none",
            choices=sources,
            required=False,
            help_text="Rows that name a source need one that exists.",
        ),
    ),
    make_effects=LeadRows,
    take_back=take_back_leads,
)
