"""`python -m benchmarks.duplicates.teach`: learn the shipped model anew, without any labels.

Each set is scanned as a company of its own; their pairs count with the same weight, so that a large
set does not drown a small one. Run it when fields, levels, keys or explanations have changed.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cluster import bench_servers, fresh_database
from benchmarks.duplicates.records import LabelledPerson
from crm.embedded.places import ROOT

TARGET = ROOT / "customers" / "duplicates" / "shipped_model.json"
SETS = ("febrl1", "febrl2", "febrl3", "febrl4", "fake_1000", "dh_crm_medium", "pp_house")
MADE, SEED = 5000, 21
COMPARED, BY_CHANCE = 100_000, 200_000  # pairs that each set counts for
RECORDS = 20_000
DIGITS = 4
INSIDE = "--inside"


Counts = Mapping[int, int]


def main() -> None:
    """Start servers, teach in a process whose settings point at them, write the model."""
    if sys.argv[1:] == [INSIDE]:
        _teach()
        return
    with bench_servers() as environment, fresh_database(environment, "teach") as own:
        command = [sys.executable, "-m", "benchmarks.duplicates.teach", INSIDE]
        subprocess.run(command, env=own, cwd=ROOT, check=True)


def _teach() -> None:
    import django

    django.setup()
    from benchmarks.duplicates.generator import make_people
    from benchmarks.duplicates.sources import load
    from customers.duplicates.learning import learn

    compared: dict[int, float] = defaultdict(float)
    by_chance: dict[int, float] = defaultdict(float)
    sets = [*(load(name) for name in SETS), make_people(MADE, seed=SEED)]
    for number, people in enumerate(sets, start=1):
        found, random = _patterns(number, people)
        _add(compared, found, COMPARED)
        _add(by_chance, random, BY_CHANCE)
    model = learn(compared=compared, by_chance=by_chance, records=RECORDS).as_json()
    model["is_learnt"] = False
    model["priors"] = [_rounded(share) for share in model["priors"]]
    model["shares"] = [
        [[_rounded(share) for share in levels] for levels in field] for field in model["shares"]
    ]
    Path(TARGET).write_text(json.dumps(model) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: learnt from {len(sets)} sets")


def _patterns(number: int, people: Sequence[LabelledPerson]) -> tuple[Counts, Counts]:
    """How often each pattern comes up among the compared and among random pairs of one set."""
    from django.db import connection, transaction

    from benchmarks.duplicates.engine import typed_records
    from crm.tenancy import SET_COMPANY
    from customers.services.duplicate_pairs import (
        compare_pairs,
        copy_records,
        make_records,
        random_patterns,
    )

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SET_COMPANY, [str(number)])
            cursor.execute("SELECT duplicate_make_raw()")
        copy_records(connection, typed_records(number, people))
        make_records(connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT duplicate_pair_up()")
        return compare_pairs(connection), random_patterns(connection)


def _add(into: dict[int, float], found: Mapping[int, int], weight: int) -> None:
    """Counts of one set, made to add up to `weight`."""
    total = sum(found.values())
    for pattern, count in found.items():
        into[pattern] += count * weight / total


def _rounded(share: float) -> float:
    return float(f"{share:.{DIGITS}g}")


if __name__ == "__main__":
    main()
