"""recordlinkage: blocking, comparing and the unsupervised ECM classifier of its guide."""

import sys

import pandas as pd
import recordlinkage
from cleaned import main_arguments, read, worthwhile, write_pairs
from recordlinkage.index import Block

# Neither is best for all sets, so both are measured.
BLOCKS = {
    "wide": (
        ("given_name",),
        ("family_name",),
        ("birthday",),
        ("phone",),
        ("email",),
        ("address",),
        ("postcode",),
    ),
    "narrow": (
        ("given_name", "family_name"),
        ("family_name", "birthday"),
        ("given_name", "birthday"),
        ("phone",),
        ("email",),
        ("address",),
        ("family_name", "postcode"),
        ("given_name", "postcode"),
        ("family_name", "city"),
        ("given_name", "city"),
    ),
}
TEXTS = ("given_name", "family_name", "address", "city", "organisation", "email")
EXACT = ("middle_name", "birthday", "postcode", "region", "extra", "phone")
ALIKE = 0.85


def main() -> None:
    source, target = main_arguments()
    rows = read(source)
    frame = pd.DataFrame(rows).replace("", None)
    frame["phone"] = frame["phones"].str.split(";").str[0]
    frame["email"] = frame["emails"].str.split(";").str[0]
    present = worthwhile(rows)
    present |= {one for one, many in (("phone", "phones"), ("email", "emails")) if many in present}
    candidates = None
    for block in BLOCKS[sys.argv[3]]:
        if set(block) <= present:
            found = Block(list(block)).index(frame.dropna(subset=list(block)))
            candidates = found if candidates is None else candidates.union(found)
    compare = recordlinkage.Compare(n_jobs=1)
    for name in TEXTS:
        if name in present:
            compare.string(name, name, method="jarowinkler", threshold=ALIKE, label=name)
    for name in EXACT:
        if name in present:
            compare.exact(name, name, label=name)
    features = compare.compute(candidates, frame)
    features = features[[name for name in features if features[name].nunique() > 1]].astype(int)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    chances = classifier.prob(features)
    write_pairs(target, ((a, b, float(p)) for (a, b), p in chances.items()))


main()
