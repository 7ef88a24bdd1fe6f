"""The model that judges a company's pairs: learnt from its own, or the one that is shipped."""

from customers.duplicates.model import Model
from customers.duplicates.shipped import shipped_model
from customers.models import MatchModel

FEWEST_RECORDS = 300
FEWEST_PAIRS = 5000
FEWEST_TO_COUNT = 100


def current_model() -> Model:
    """What was learnt last of the company in use; before its first full scan the shipped one.

    So, too, where an earlier release learnt it, which told other explanations apart.
    """
    kept = MatchModel.objects.order_by("-version").values_list("parameters", flat=True).first()
    model = shipped_model() if kept is None else Model.from_json(kept)
    return model if model.is_of_this_release() else shipped_model()


def has_enough_to_learn(*, records: int, pairs: int) -> bool:
    """Whether a company's pairs say more than those that the shipped model was made of."""
    return records >= FEWEST_RECORDS and pairs >= FEWEST_PAIRS


def has_enough_to_count(*, pairs: int) -> bool:
    """Whether they say at least how often each explanation comes up here."""
    return pairs >= FEWEST_TO_COUNT
