"""Pairs of records that may be one person, as the scan leaves them."""

from customers.models import Customer, DuplicateCandidate
from customers.models.duplicate import CandidateState, PairRelation
from tests.factories.customers import make_customer
from tests.worlds import World


def make_candidate(
    one: Customer,
    other: Customer,
    *,
    bits: float = 12.0,
    relation: PairRelation = PairRelation.SAME,
    state: CandidateState = CandidateState.OPEN,
) -> DuplicateCandidate:
    """A candidate of two customers that are there."""
    left, right = sorted((one, other), key=lambda customer: customer.pk)
    return DuplicateCandidate.objects.create(
        company_id=one.company_id,
        left=left,
        right=right,
        bits=bits,
        relation=relation,
        state=state,
        evidence=[
            {"field": "birthday", "bits": -2.0, "words": "other birthday"},
            {"field": "phone", "bits": bits + 2.0, "words": "same private phone"},
        ],
    )


def make_pair(world: World, *, bits: float = 12.0, name: str = "Ana Costa") -> DuplicateCandidate:
    """Two new customers and their candidate."""
    one, other = (make_customer(world.system(), name=name) for _ in range(2))
    return make_candidate(one, other, bits=bits)


def pretend_merged(absorbed: Customer, survivor: Customer) -> None:
    """The states that a merge leaves, without its journal."""
    Customer.objects.filter(pk=absorbed.pk).update(record_state="merged", merged_into=survivor)
