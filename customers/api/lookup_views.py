"""Who is it? The search box, a phone number, the codes and hashes that others keep."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actors import Actor
from crm.api.schema import problems
from crm.api.views import ApiView
from crm.roles import Action
from customers.api.customer_output import record_data
from customers.api.customer_serializers import CustomerRead
from customers.api.lookup_serializers import ByPhoneOut, SearchOut
from customers.api.reading import DOCUMENTED, PARAMETERS, answer_with_customer
from customers.selectors.customer_record import (
    holders_of_phone,
    read_customer_by_code,
    read_customer_by_hash,
)
from customers.selectors.phone_leads import leads_of_phone
from customers.selectors.search import MOST_HITS, search, search_regions
from customers.selectors.search_hits import Hit
from customers.services.contact_entries import read_phone
from customers.services.identify import Outcome, judge

LONGEST_TEXT = 200
FEWEST_DIGITS = 10  # source systems S3.4
_SHOWN_OF_HIT = (
    "kind", "id", "title", "code", "former_code", "phone", "email", "matched", "matched_by",
    "tier", "is_shared", "city", "stage", "status", "branch", "owner", "last_activity_at",
)  # fmt: skip


class Search(ApiView):
    """The one search box."""

    scopes = {"get": "customers:read"}
    parameters = {"get": ("q",)}

    @extend_schema(
        operation_id="search_customers",
        parameters=[
            OpenApiParameter(
                "q",
                {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
                required=True,
                description="Digits in any form, a name, an e-mail or a customer code.",
            )
        ],
        responses=SearchOut,
    )
    def get(self, request: Request) -> Response:
        """The 20 who fit best, each with why. Leads need the scope `leads:read` too."""
        text = request.query_params.get("q", "")
        if not text or len(text) > LONGEST_TEXT:
            raise ValidationError({"q": [f"Between 1 and {LONGEST_TEXT} characters."]})
        found = search(actor=self.actor, text=text, limit=MOST_HITS)
        shown = [_hit(self.actor, hit) for hit in found.hits if _is_shown(self.actor, hit)]
        return Response(
            {
                "form": found.form,
                "is_corrected": found.is_corrected,
                "people_sharing": found.people_sharing,
                "results": shown,
            }
        )


class ByPhone(ApiView):
    """Who calls? (source systems S3.4)"""

    scopes = {"get": "customers:read leads:read"}
    parameters = {"get": ("phone",)}

    @extend_schema(
        operation_id="find_by_phone",
        parameters=[
            OpenApiParameter(
                "phone",
                {"type": "string", "minLength": FEWEST_DIGITS, "maxLength": LONGEST_TEXT},
                required=True,
                description="As it was dialled or typed, with at least ten digits.",
            )
        ],
        responses=ByPhoneOut,
    )
    def get(self, request: Request) -> Response:
        """The customer and all leads of a number, also leads that have no customer.

        A number that nobody has answers null and an empty list.
        """
        text = request.query_params.get("phone", "")
        digits = sum(character.isdecimal() for character in text)
        if len(text) > LONGEST_TEXT or digits < FEWEST_DIGITS:
            raise ValidationError({"phone": [f"Give at least {FEWEST_DIGITS} digits."]})
        if text[0] == " ":  # a plus that was not encoded
            text = f"+{text[1:]}"
        phone = read_phone(text, regions=search_regions(self.actor)).value
        holders = holders_of_phone(actor=self.actor, phone=phone)
        outcome, _ = judge(by_phone=holders, by_email=())
        candidates = [record_data(holder.record) for holder in holders]
        leads = leads_of_phone(
            actor=self.actor, customer_ids=[one.customer_id for one in holders], phone=phone
        )
        return Response(
            {
                "normalizedPhone": phone,
                "customer": candidates[0] if outcome is Outcome.ONE else None,
                "candidates": candidates,
                "leads": [asdict(lead) for lead in leads],
            }
        )


class ByHash(ApiView):
    """The customer of a stable hash."""

    scopes = {"get": "customers:read"}
    parameters = {"get": PARAMETERS}

    @extend_schema(
        operation_id="read_customer_by_hash",
        parameters=DOCUMENTED,
        responses={200: CustomerRead, 304: None, **problems(410)},
    )
    def get(self, request: Request, stable_hash_id: str) -> Response:
        """As by id; the hash of a merged record answers with the survivor."""
        return answer_with_customer(
            request,
            lambda parts: read_customer_by_hash(
                actor=self.actor, stable_hash_id=stable_hash_id, parts=parts
            ),
        )


class ByCode(ApiView):
    """The customer of a code."""

    scopes = {"get": "customers:read"}
    parameters = {"get": PARAMETERS}

    @extend_schema(
        operation_id="read_customer_by_code",
        parameters=DOCUMENTED,
        responses={200: CustomerRead, 304: None, **problems(410)},
    )
    def get(self, request: Request, code: str) -> Response:
        """As by id; the code of a merged record answers with the survivor."""
        return answer_with_customer(
            request,
            lambda parts: read_customer_by_code(actor=self.actor, code=code, parts=parts),
        )


def _is_shown(actor: Actor, hit: Hit) -> bool:
    return hit.kind == "customer" or _may_see(actor, hit.may_open)


def _may_see(actor: Actor, may_open: bool) -> bool:
    """Staff see at every branch that there is a lead; a key sees those within its limits."""
    return actor.may(Action.VIEW_LEAD) and (may_open or actor.key_branch_ids is None)


def _hit(actor: Actor, hit: Hit) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(hit, name) for name in _SHOWN_OF_HIT}
    data["open_leads"] = [
        {"id": lead.id, "branch": lead.branch, "owner": lead.owner, "status": lead.status}
        for lead in hit.open_leads
        if _may_see(actor, lead.may_open)
    ]
    return data
