"""Duplicates: quality on labelled people, ours beside the peers', and speed at a million."""

from benchmarks.measure import Report


def run(report: Report) -> None:
    """What `make bench` calls; readers and metrics can be imported without Django."""
    from benchmarks.duplicates.section import run as run_section

    run_section(report)
