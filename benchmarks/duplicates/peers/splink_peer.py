"""Splink 5 in DuckDB: comparisons of its library for each column, u by sampling, m by EM.

No labels. Blocking and training follow its tutorial: wide blocks of single columns, EM
with the names as block and again with another column, so that each column is trained.
"""

from collections.abc import Sequence

import pandas as pd
import splink.comparison_library as cl
from cleaned import main_arguments, read, worthwhile, write_pairs
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LISTS = ("phones", "emails")
BLOCKS = (
    ("given_name",),
    ("family_name",),
    ("birthday",),
    ("phones",),
    ("emails",),
    ("address",),
    ("postcode",),
)
TRAINED_WITHOUT_NAMES = ("birthday", "emails", "phones", "address", "postcode", "city")
SURE_OF_PAIRS = (("given_name", "family_name", "birthday"), ("emails",), ("phones",))
LOWEST = -10  # bits


def main() -> None:
    source, target = main_arguments()
    rows = read(source)
    present = worthwhile(rows)
    frame = pd.DataFrame(rows).drop(columns="cluster").replace("", None)
    for name in LISTS:
        frame[name] = frame[name].map(lambda cell: cell.split(";") if cell else None)
    frame["unique_id"] = range(len(frame))
    frame = frame[["unique_id", *[name for name in frame if name in present]]]
    blocks = [rule(block) for block in BLOCKS if set(block) <= present]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(present),
        blocking_rules_to_generate_predictions=blocks,
    )
    linker = Linker(DuckDBAPI().register(frame), settings, log_level=None)
    train(linker, present)
    found = linker.inference.predict(threshold_match_weight=LOWEST).as_pandas_dataframe()
    chances = found["match_probability"]
    write_pairs(target, zip(found["unique_id_l"], found["unique_id_r"], chances, strict=True))


def comparisons(present: set[str]) -> list[object]:
    """A comparison of the library for each column."""
    wanted = {
        "given_name": cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        "middle_name": cl.ExactMatch("middle_name"),
        "family_name": cl.NameComparison("family_name").configure(term_frequency_adjustments=True),
        "birthday": cl.DateOfBirthComparison("birthday", input_is_string=True),
        "address": cl.JaroWinklerAtThresholds("address", [0.95, 0.85]),
        "city": cl.JaroWinklerAtThresholds("city", [0.9]).configure(
            term_frequency_adjustments=True
        ),
        "postcode": cl.LevenshteinAtThresholds("postcode", [1, 2]),
        "region": cl.ExactMatch("region"),
        "organisation": cl.JaroWinklerAtThresholds("organisation", [0.9]).configure(
            term_frequency_adjustments=True
        ),
        "extra": cl.ExactMatch("extra").configure(term_frequency_adjustments=True),
        "phones": cl.ArrayIntersectAtSizes("phones", [1]),
        "emails": cl.ArrayIntersectAtSizes("emails", [1]),
    }
    if {"given_name", "family_name"} <= present:  # its way to see swapped names
        del wanted["given_name"], wanted["family_name"]
        both = cl.ForenameSurnameComparison("given_name", "family_name")
        return [both, *(made for name, made in wanted.items() if name in present)]
    return [made for name, made in wanted.items() if name in present]


def rule(block: Sequence[str]) -> object:
    """A blocking rule; one of lists holds for each of their values."""
    lists = [name for name in block if name in LISTS]
    return block_on(*block, arrays_to_explode=lists) if lists else block_on(*block)


def train(linker: Linker, present: set[str]) -> None:
    """As the tutorial does: how common matches are, then u, then m twice."""
    sure = [rule(block) for block in SURE_OF_PAIRS if set(block) <= present]
    sure = sure or [block_on("given_name", "family_name")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    em = linker.training.estimate_parameters_using_expectation_maximisation
    em(block_on("given_name", "family_name"))
    for name in TRAINED_WITHOUT_NAMES:
        if name in present and name not in LISTS:
            em(block_on(name))
            return
    for name in LISTS:
        if name in present:
            em(rule((name,)))
            return


main()
