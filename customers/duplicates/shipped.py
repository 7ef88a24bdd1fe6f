"""The model of a company that has too few customers to learn from.

It was learnt in one go from pairs of several public and generated sets (docs/duplicates.md says
which and how); their mixture stands for a company of which nothing is known yet. The sets that know
families know no postcodes, so what relatives share of where they live, and how often they are
twins, is set here.
"""

import json
from functools import lru_cache
from pathlib import Path

from customers.duplicates.explanations import NAMES
from customers.duplicates.fields import FIELDS
from customers.duplicates.model import Model

RELATIVES = {  # shares of the levels, as in `fields`
    "city": (0.0, 0.12, 0.03, 0.50, 0.35),
    "postcode": (0.0, 0.12, 0.03, 0.85),
    "birthday": (0.0, 0.965, 0.018, 0.002, 0.015),
}


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The shipped model."""
    text = Path(__file__).with_name("shipped_model.json").read_text(encoding="utf-8")
    kept = json.loads(text)
    relative = NAMES.index("relative")
    for field, shares in zip(FIELDS, kept["shares"], strict=True):
        shares[relative] = RELATIVES.get(field.name, shares[relative])
    return Model.from_json(kept)
