"""The work of a scan, step after step, each in one transaction with its checkpoint.

A full scan makes the match records of all customers anew (step RECORDS), then pairs them, learns
what the pairs are, scores them and writes the candidates (step PAIRS). Another scan compares what
changed. A scan that died goes on at the step where it stood.
"""

from uuid import UUID

from django.db import connection
from django.utils import timezone

from crm import audit
from crm.actors import Actor, Door, system_actor
from crm.claims import ClaimLost
from crm.models import Company
from crm.tenancy import use_company
from customers.duplicates.model import Model
from customers.models import DuplicateScan, MatchModel, MatchRecord, ScanState, ScanStep
from customers.selectors.match_model import current_model
from customers.services.duplicate_increment import compare_batch
from customers.services.duplicate_pairs import (
    FROM_BITS,
    compare_pairs,
    make_records,
    model_of,
    score,
    write_candidates,
)
from customers.services.duplicate_scan_claim import is_to_stop, scans, take

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('duplicate records'), %s)"


class Stopped(Exception):
    """Somebody asked the scan to stop."""


def run_scan(*, company_id: int, scan_id: UUID) -> DuplicateScan | None:
    """Work on a scan to its end, or until somebody stops it; None when others are at it.

    Call it outside of a transaction.
    """
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        scan = take(scan_id)
        if scan is None:
            return None
        if not scan.is_full and not MatchRecord.objects.exists():
            scan.is_full = True  # nothing to compare with: never scanned, or the server crashed
            DuplicateScan.objects.filter(pk=scan_id).update(is_full=True)
    actor = system_actor(company, door=Door.TASK, name=f"{scan.asked_by[:150]} (duplicate scan)")
    try:
        if scan.is_full:
            _scan_all(actor, scan)
        else:
            _scan_changed(actor, scan)
        with use_company(company_id):
            _end(actor, scan, ScanState.DONE)
    except Stopped:
        with use_company(company_id):
            _end(actor, scan, ScanState.CANCELLED)
    except ClaimLost:
        return None
    return scan


def _scan_all(actor: Actor, scan: DuplicateScan) -> None:
    if scan.step == ScanStep.RECORDS:
        with use_company(actor.company.pk):
            _hold_records(actor)
            _go_on(scan)
            with connection.cursor() as cursor:
                # Who changes from now on waits for the next increment.
                cursor.execute("DELETE FROM customers_compareagain")
                cursor.execute("SELECT duplicate_make_raw()")
                cursor.execute("SELECT duplicate_read_customers(NULL)")
            records = make_records(connection)
            _go_on(scan)
            scans.save(scan, records=records, step=ScanStep.PAIRS)
    with use_company(actor.company.pk):
        _hold_records(actor)
        _go_on(scan)
        with connection.cursor() as cursor:
            cursor.execute("SELECT duplicate_pair_up()")
            pairs = int(cursor.fetchone()[0])
        _go_on(scan)
        compared = compare_pairs(connection)
        _go_on(scan)
        learnt = model_of(connection, compared, records=scan.records)
        if learnt is not None:
            _keep(actor, scan, learnt)
        model = learnt or current_model()
        score(connection, model, compared, from_bits=FROM_BITS)
        _go_on(scan)
        found, gone = write_candidates(connection, None)
        scans.save(scan, pairs=pairs, found=found, gone=gone, step=ScanStep.FINISHED)


def _scan_changed(actor: Actor, scan: DuplicateScan) -> None:
    while True:
        with use_company(actor.company.pk):
            _hold_records(actor)
            _go_on(scan)
            outcome = compare_batch(actor=actor)
            if outcome is None or not outcome.records:
                return
            scans.save(
                scan,
                records=scan.records + outcome.records,
                pairs=scan.pairs + outcome.pairs,
                found=scan.found + outcome.found,
                gone=scan.gone + outcome.gone,
            )


def _hold_records(actor: Actor) -> None:
    """One writer of a company's match records and candidates at a time."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [actor.company.pk])


def _go_on(scan: DuplicateScan) -> None:
    if is_to_stop(scan):
        raise Stopped


def _keep(actor: Actor, scan: DuplicateScan, model: Model) -> None:
    newest = MatchModel.objects.order_by("-version").values_list("version", flat=True).first()
    MatchModel.objects.create(
        company=actor.company,
        version=(newest or 0) + 1,
        parameters=model.as_json(),
        scan=scan,
    )


def _end(actor: Actor, scan: DuplicateScan, state: ScanState) -> None:
    scans.save(scan, state=state, finished_at=timezone.now())
    names = ("is_full", "records", "pairs", "found", "gone")
    audit.record(
        actor=actor,
        action=f"duplicatescan.{state}",
        subject=scan,
        new={name: getattr(scan, name) for name in names},
    )
