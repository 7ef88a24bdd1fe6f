"""The labelled sets that stand in data/, each read from the columns it came with."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.duplicates.generator import make_people
from benchmarks.duplicates.records import LabelledPerson, read_people, rows_of, values

DATA = Path(__file__).with_name("data")
FEBRL_TRUTH = re.compile(r"rec-(\d+)-")
OWN_SET = 20_000


def _fake_1000() -> list[LabelledPerson]:
    return [
        LabelledPerson(
            cluster=row["cluster"],
            given_name=row["first_name"],
            family_name=row["surname"],
            birthday=row["dob"],
            city=row["city"],
            emails=values(row["email"]),
        )
        for row in rows_of(DATA / "fake_1000.csv.gz")
    ]


def _febrl(*names: str) -> list[LabelledPerson]:
    rows = [row for name in names for row in rows_of(DATA / f"febrl_{name}.csv.gz")]
    return [_febrl_person(row) for row in rows]


def _febrl_person(row: Mapping[str, str]) -> LabelledPerson:
    truth = FEBRL_TRUTH.match(row["rec_id"])
    assert truth
    born = row["date_of_birth"]
    return LabelledPerson(
        cluster=truth[1],
        given_name=row["given_name"],
        family_name=row["surname"],
        birthday=f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else "",
        address=f"{row['street_number']} {row['address_1']}".strip(),
        city=row["suburb"],
        postcode=row["postcode"],
        region=row["state"],
        extra=row["address_2"],
    )


def _dh_crm_medium() -> list[LabelledPerson]:
    return [
        LabelledPerson(
            cluster=row["cluster"],
            given_name=row["first_name"],
            family_name=row["surname"],
            city=row["city"],
            region=row["state"],
            organisation=row["company"],
            extra=row["extra"],
            phones=values(row["phone"]),
            emails=values(row["email"]),
        )
        for row in rows_of(DATA / "dh_crm_medium.csv.gz")
    ]


def _pp_house() -> list[LabelledPerson]:
    census = _pp_people("pp_census.csv.gz", "")
    return census + _pp_people("pp_w2.csv.gz", "mailing_address_")


def _pp_people(name: str, prefix: str) -> list[LabelledPerson]:
    address = [prefix + part for part in ("street_number", "street_name", "unit_number")]
    return [
        LabelledPerson(
            cluster=row["simulant_id"],
            given_name=row["first_name"],
            middle_name=row["middle_initial"],
            family_name=row["last_name"],
            address=" ".join(row[part] for part in address if row[part]),
        )
        for row in rows_of(DATA / name)
    ]


SETS: Mapping[str, Callable[[], list[LabelledPerson]]] = {
    "fake_1000": _fake_1000,
    "febrl1": lambda: _febrl("dataset1"),
    "febrl2": lambda: _febrl("dataset2"),
    "febrl3": lambda: _febrl("dataset3"),
    "febrl4": lambda: _febrl("dataset4a", "dataset4b"),
    "dh_crm_medium": _dh_crm_medium,
    "pp_house": _pp_house,
    "syn20k": lambda: read_people(DATA / "syn20k.csv.gz"),
    "made_20k": lambda: make_people(OWN_SET, seed=20),
}


def load(name: str) -> list[LabelledPerson]:
    """A set by its name, or a CSV by its path (NotReadable when it is none)."""
    return SETS[name]() if name in SETS else read_people(Path(name))


def filled(people: Sequence[LabelledPerson]) -> list[str]:
    """The columns that hold anything in these people."""
    columns = [column for column in people[0].__dataclass_fields__ if column != "cluster"]
    return [column for column in columns if any(getattr(person, column) for person in people)]
