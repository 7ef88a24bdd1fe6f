"""The one search box: who is it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.actors import Actor
from crm.roles import Action
from customers.models import SubjectKind
from customers.selectors.search_hits import Hit, hits_of
from customers.selectors.search_matches import CORRECTED, EXACT, matches_of
from customers.selectors.search_text import SearchForm, SearchText, read_search_text

MOST_HITS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchResult:
    """The hits, best first, and what to offer when the person is not among them."""

    hits: Sequence[Hit]
    form: str  # "phone", "name", "email", "code", "hash", or "nothing": too little was typed
    typed: str
    phone_as_typed: str = ""
    phone_e164: str | None = None  # the text is one complete number
    people_sharing: int = 0  # how many have exactly this number
    offers_new: bool = False  # a complete number, a name or an e-mail that nobody has
    is_corrected: bool = False  # nothing is spelled so; the hits are one typing error away

    @property
    def is_shared(self) -> bool:
        """Several people have exactly this number: the user chooses."""
        return self.people_sharing > 1


def search(*, actor: Actor, text: str, limit: int = MOST_HITS) -> SearchResult:
    """Who in the actor's company this could be, across all branches; at most six queries.

    Digits in any form, names, e-mails and customer codes are told apart by themselves. Fewer than
    three digits or two letters give the form "nothing". Never raises for what was typed; raises
    Forbidden for a role that may not look for customers.
    """
    actor.require(Action.FIND_CUSTOMERS)
    wanted = read_search_text(text, regions=search_regions(actor))
    hits = hits_of(actor, wanted, matches_of(wanted, limit=limit))
    exact = [hit for hit in hits if hit.matched_by == "phone" and hit.tier == EXACT]
    is_corrected = bool(hits) and all(_is_corrected(wanted, hit) for hit in hits)
    return SearchResult(
        hits=hits,
        form=wanted.form,
        typed=wanted.typed,
        phone_as_typed=wanted.typed if wanted.form is SearchForm.PHONE else "",
        phone_e164=wanted.number.e164 if wanted.number else None,
        people_sharing=len(exact) if len(exact) > 1 else 0,
        offers_new=_offers_new(wanted, hits, exact) or is_corrected,
        is_corrected=is_corrected,
    )


def customers_matching(*, actor: Actor, text: str, limit: int) -> list[UUID]:
    """The ids of the customers whom the search finds for a text, best first; three queries."""
    actor.require(Action.FIND_CUSTOMERS)
    wanted = read_search_text(text, regions=search_regions(actor))
    matches = matches_of(wanted, limit=limit)
    return [match.id for match in matches if match.kind == SubjectKind.CUSTOMER]


def _offers_new(wanted: SearchText, hits: Sequence[Hit], exact: Sequence[Hit]) -> bool:
    if wanted.form is SearchForm.PHONE:
        # Digits that are only possibly a whole number may be the middle of a known one.
        return bool(wanted.number and not exact and (wanted.number.is_valid or not hits))
    return wanted.form in (SearchForm.NAME, SearchForm.EMAIL) and not hits


def search_regions(actor: Actor) -> list[str]:
    """The countries whose national form of a phone is understood: the branch's, the company's."""
    branch = actor.staff.branch if actor.staff else None
    regions = [branch.region if branch else "", actor.company.default_region]
    return [region for region in dict.fromkeys(regions) if region]


def _is_corrected(wanted: SearchText, hit: Hit) -> bool:
    return wanted.form is SearchForm.NAME and hit.tier == CORRECTED
