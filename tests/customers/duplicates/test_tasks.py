"""The sweep compares what changed and takes up scans; the night asks for full ones."""

from customers.models import CompareAgain, DuplicateCandidate, DuplicateScan, ScanState
from customers.services.duplicate_scan import ask_scan, compare_again
from customers.tasks import begin_duplicate_scans, sweep_duplicates
from tests.factories.customers import make_customer
from tests.worlds import World


def test_the_sweep_takes_up_scans_and_changes(acme: World) -> None:
    actor = acme.system()
    make_customer(actor, name="Ida Holmqvist", birthday="1980-04-04")
    ask_scan(actor=actor, full=True)
    sweep_duplicates()
    assert DuplicateScan.objects.get().state == ScanState.DONE
    again = make_customer(actor, name="Ida Holmquist", birthday="1980-04-04")
    compare_again(company=acme.company, customer_ids=[again.pk])
    sweep_duplicates()
    assert not CompareAgain.objects.exists()
    assert DuplicateCandidate.objects.count() == 1


def test_a_full_scan_once_a_week(acme: World) -> None:
    begin_duplicate_scans()
    scan = DuplicateScan.objects.get()
    assert (scan.is_full, scan.state) == (True, ScanState.WAITING)
    sweep_duplicates()
    begin_duplicate_scans()
    assert DuplicateScan.objects.count() == 1, "the last one is not a week old"
