"""dedupe 3: active learning with 140 labels that the truth gives, then its scores of pairs.

The only one here that sees labels. It asks about the pair it is least sure of, as its console does.
"""

import random

import dedupe
from cleaned import Row, main_arguments, read, worthwhile, write_pairs
from dedupe import variables

LABELS = 140
SEED = 1
SAMPLE = 2_000


def main() -> None:
    source, target = main_arguments()
    random.seed(SEED)
    rows = read(source)
    present = worthwhile(rows)
    truth = [row["cluster"] for row in rows]
    data = {place: fields(row, present) | {"place": str(place)} for place, row in enumerate(rows)}
    deduper = dedupe.Dedupe(definition(present), num_cores=1)
    deduper.prepare_training(data, sample_size=SAMPLE)
    match: list[object] = []
    distinct: list[object] = []
    while len(match) + len(distinct) < LABELS:
        [pair] = deduper.uncertain_pairs()
        left, right = (int(record["place"]) for record in pair)
        same = truth[left] == truth[right]
        (match if same else distinct).append(pair)
        deduper.mark_pairs(
            {"match": [pair], "distinct": []} if same else {"match": [], "distinct": [pair]}
        )
    print(f"{len(match)} of {LABELS} labels were matches", flush=True)
    deduper.train(recall=1.0)
    scores = deduper.score(deduper.pairs(data))
    write_pairs(
        target,
        (
            (int(a), int(b), float(p))
            for (a, b), p in zip(scores["pairs"], scores["score"], strict=True)
        ),
    )


def fields(row: Row, present: set[str]) -> dict[str, object]:
    """A record as dedupe wants it: None for what is not known, lists as tuples."""
    cells = {}
    for name in present:
        value = row[name]
        cells[name] = (
            (tuple(value.split(";")) if name in ("phones", "emails") else value) if value else None
        )
    return cells


def definition(present: set[str]) -> list[object]:
    """What to compare, and how."""
    made = [variables.String(name, has_missing=True) for name in ("given_name", "family_name")]
    kinds = {
        "middle_name": variables.String,
        "birthday": variables.String,
        "address": variables.String,
        "city": variables.String,
        "postcode": variables.String,
        "region": variables.Exact,
        "organisation": variables.String,
        "extra": variables.String,
        "phones": variables.Set,
        "emails": variables.Set,
    }
    return made + [kind(name, has_missing=True) for name, kind in kinds.items() if name in present]


if __name__ == "__main__":
    main()
