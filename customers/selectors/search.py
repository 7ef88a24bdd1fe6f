"""The one search box: who is it?"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.actors import Actor
from crm.roles import Action
from customers.selectors.search_hits import Hit, hits_of
from customers.selectors.search_matches import CORRECTED, EXACT, matches_of
from customers.selectors.search_text import SearchForm, SearchText, read_search_text

MOST_HITS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchResult:
    """The hits, best first, and what to offer when the caller is not among them."""

    hits: Sequence[Hit]
    form: str  # "phone", "name", "email", "code", or "nothing": too little was typed
    typed: str
    phone_as_typed: str = ""
    phone_e164: str | None = None  # the text is one complete number
    is_shared: bool = False  # several people have exactly this number: choose
    offers_new: bool = False  # a complete number that nobody has
    is_corrected: bool = False  # nothing was spelled so; the hits are one typing error away


def search(*, actor: Actor, text: str, limit: int = MOST_HITS) -> SearchResult:
    """Who in the actor's company this could be, across all branches; at most five queries.

    Digits in any form, names, e-mails and customer codes are told apart by themselves. Fewer than
    three digits or two letters give the form "nothing". Never raises for what was typed; raises
    Forbidden for a role that may not look for customers.
    """
    actor.require(Action.FIND_CUSTOMERS)
    wanted = read_search_text(text, regions=search_regions(actor))
    matches = matches_of(wanted, limit=limit)
    hits = hits_of(actor, wanted, matches)
    exact = [hit for hit in hits if hit.matched == "phone" and hit.tier == EXACT]
    number = wanted.number
    return SearchResult(
        hits=hits,
        form=wanted.form,
        typed=wanted.typed,
        phone_as_typed=wanted.typed if wanted.form is SearchForm.PHONE else "",
        phone_e164=number.e164 if number else None,
        is_shared=len(exact) > 1,
        # Digits that are only possibly a whole number may be the middle of a known one.
        offers_new=bool(number and not exact and (number.is_valid or not hits)),
        is_corrected=bool(hits) and all(_is_corrected(wanted, hit) for hit in hits),
    )


def search_regions(actor: Actor) -> list[str]:
    """The countries whose national form of a phone is understood: the branch's, the company's."""
    branch = actor.staff.branch if actor.staff else None
    regions = [branch.region if branch else "", actor.company.default_region]
    return [region for region in dict.fromkeys(regions) if region]


def _is_corrected(wanted: SearchText, hit: Hit) -> bool:
    return wanted.form is SearchForm.NAME and hit.tier == CORRECTED
