"""The model of a company that has too few customers to learn from.

It was learnt in one go from pairs of several public and generated sets (docs/duplicates.md says
which and how); their mixture stands for a company of which nothing is known yet.
"""

import json
from functools import lru_cache
from pathlib import Path

from customers.duplicates.model import Model


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The shipped model."""
    text = Path(__file__).with_name("shipped_model.json").read_text(encoding="utf-8")
    return Model.from_json(json.loads(text))
