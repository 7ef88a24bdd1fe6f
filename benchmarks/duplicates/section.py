"""`make bench ARGS=duplicates`: how good, then how fast, the finding of duplicates is.

make bench ARGS=duplicates                          all sets, all methods, speed
make bench ARGS="duplicates --data path.csv"        one file of your own (header in records.py)
make bench ARGS="duplicates --no-peers"             ours only
make bench ARGS="duplicates --size 100000"          speed on as many at most
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.duplicates.contest import PEERS, CannotRun, prepared_environment, run_peer
from benchmarks.duplicates.engine import NAME, scan_people
from benchmarks.duplicates.records import LabelledPerson, NotReadable
from benchmarks.duplicates.sources import SETS, load
from benchmarks.duplicates.speed import run_speed
from benchmarks.duplicates.table import HEAD, Line
from benchmarks.measure import Report
from crm.embedded.places import ROOT

TABLE = ROOT / ".data" / "bench-duplicates.md"


def run(report: Report) -> None:
    """Judge the sets, ours before the peers, and write the table; then measure the speed."""
    own_files = json.loads(os.environ.get("BENCH_DATA", "[]"))
    names = own_files or list(SETS)
    python = None if os.environ.get("BENCH_NO_PEERS") else _environment(report)
    lines: list[Line] = []
    for name in names:
        try:
            people = load(name)
        except NotReadable as problem:
            raise SystemExit(str(problem)) from problem
        for line in _judged(Path(name).stem, people, python):
            report(f"{line.people}, {line.method}", line.figure())
            lines.append(line)
    TABLE.write_text("\n".join([HEAD, *(line.row() for line in lines)]) + "\n", encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"), flush=True)
    if not own_files:
        run_speed(report, int(os.environ.get("BENCH_SIZE", "1000000")))


def _judged(name: str, people: Sequence[LabelledPerson], python: Path | None) -> Iterator[Line]:
    yield Line(name, NAME, scan_people(people))
    if python is None:
        return
    for peer in PEERS:
        try:
            yield Line(name, peer, run_peer(peer, python, people))
        except CannotRun as problem:
            yield Line(name, peer, None, str(problem))


def _environment(report: Report) -> Path | None:
    try:
        return prepared_environment()
    except CannotRun as problem:
        report("the peers", str(problem))
        return None
