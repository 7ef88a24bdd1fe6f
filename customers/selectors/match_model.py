"""The model that judges a company's pairs: learnt from its own, or the one that is shipped."""

from customers.duplicates.model import Model
from customers.duplicates.shipped import shipped_model
from customers.models import MatchModel

FEWEST_RECORDS = 300
FEWEST_PAIRS = 1000


def current_model() -> Model:
    """What was learnt last of the company in use; before its first full scan the shipped one."""
    kept = MatchModel.objects.order_by("-version").values_list("parameters", flat=True).first()
    return shipped_model() if kept is None else Model.from_json(kept)


def has_enough_to_learn(*, records: int, pairs: int) -> bool:
    """Whether a company's pairs say more than those that the shipped model was made of."""
    return records >= FEWEST_RECORDS and pairs >= FEWEST_PAIRS
