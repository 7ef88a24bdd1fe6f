"""`make bench`: measure on a million customers, print the table, write results.md.

make bench                        everything
make bench ARGS="pages search"    some of it
make bench ARGS="--size 100000"   on fewer customers
make bench ARGS="duplicates --data people.csv"   one labelled file (benchmarks/duplicates)
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cluster import bench_servers, fill, fresh_database
from benchmarks.measure import Yardsticks, machine_facts, yardsticks
from crm.embedded.places import ROOT

RESULTS = Path(__file__).with_name("results.md")
# Each is a module here with `run(report)`; it runs in a process of its own.
SECTIONS = {
    "search": "Search in SQL",
    "pages": "Pages over HTTP",
    "api": "The REST API over HTTP",
    "reports": "Scores, segments and reports over HTTP",
    "backfill": "Linking legacy leads",
    "views": "Refreshed views, segments and exports",
    "scores": "Scores",
    "duplicates": "Finding duplicates",
    "merges": "Merging customers, and undoing it",
    "links": "Links of app profiles",
    "startup": "The one-command start",
}
# They write, so each gets an empty database.
OWN_DATABASE = ("backfill", "scores", "duplicates", "merges", "links")
LINE = "@figure "
Figures = list[tuple[str, str]]


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], default=[])
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--data", action="append", default=[], help="a labelled CSV: duplicates")
    parser.add_argument("--no-peers", action="store_true", help="duplicates: ours only")
    parser.add_argument("--section-process", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.section_process:
        _be_section(options.section_process)
        return
    for path in options.data:
        if not Path(path).is_file():
            parser.error(f"there is no file {path}")
    wanted = options.sections or list(SECTIONS)
    tables: list[str] = []
    with bench_servers() as environment:
        environment |= _told_to_sections(options)
        began = time.monotonic()
        # The yardsticks read a customer; nobody else does where all have databases of their own.
        is_read = not set(wanted) <= set(OWN_DATABASE)
        customers = fill(environment, options.size if is_read else min(options.size, 10_000))
        loading = time.monotonic() - began
        facts = machine_facts(environment["DATABASE_OWNER_URL"])
        for name in wanted:
            measured = yardsticks(environment["DATABASE_OWNER_URL"])
            if name in OWN_DATABASE:
                with fresh_database(environment, name) as own:
                    figures = _figures(name, own)
            else:
                figures = _figures(name, environment)
            tables.append(_table(SECTIONS[name], figures, measured))
    head = (
        f"# Results\n\n{datetime.now(UTC):%Y-%m-%d}, {customers:,} customers, one company holding "
        f"half. {facts}. Preparing the data took {loading:.0f} s (next to nothing when it is there "
        "already).\n"
    )
    text = "\n".join([head, *tables])
    print("\n" + text)
    RESULTS.write_text(text, encoding="utf-8")


def _told_to_sections(options: argparse.Namespace) -> dict[str, str]:
    """The options that sections read, as environment variables."""
    return {
        "BENCH_SIZE": str(options.size),
        "BENCH_DATA": json.dumps([str(Path(path).resolve()) for path in options.data]),
        "BENCH_NO_PEERS": "1" if options.no_peers else "",
    }


def _figures(name: str, environment: dict[str, str]) -> Figures:
    command = [sys.executable, str(Path(__file__)), "--section-process", name]
    figures: Figures = []
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(LINE):
                what, figure = json.loads(line.removeprefix(LINE))
                figures.append((what, figure))
                print(f"  {what}: {figure}", flush=True)
            else:
                print(line, end="", flush=True)
    if process.returncode:
        raise SystemExit(f"benchmarks/{name}.py failed ({process.returncode})")
    return figures


def _be_section(name: str) -> None:
    import importlib

    import django

    django.setup()
    module = importlib.import_module(f"benchmarks.{name}")
    module.run(lambda what, figure: print(LINE + json.dumps([what, figure]), flush=True))


def _table(title: str, figures: Figures, measured: Yardsticks) -> str:
    lines = [
        f"## {title}",
        "",
        f"Yardsticks in the same run: `SELECT 1` {measured.round_trip.p50:.3f} ms, a customer by "
        f"key {measured.row_by_key.p50:.3f} ms (medians of a prepared round trip).",
        "",
        "| What | Figure | p95 against the yardsticks |",
        "|---|---|---|",
    ]
    lines += [f"| {what} | {figure} | {_ratio(figure, measured)} |" for what, figure in figures]
    return "\n".join(lines) + "\n"


def _ratio(figure: str, measured: Yardsticks) -> str:
    _, found, rest = figure.partition("p95 ")
    return measured.ratio(float(rest.split()[0])) if found else ""


if __name__ == "__main__":
    main()
