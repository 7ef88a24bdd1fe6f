"""The VIP endpoints: an app acts for the profile that is signed in at it (source systems S0.4).

The key says which app, the profile token says for whom. `status` and `profile` read the customer by
the same statement, so they can never show different people.
"""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.names import named
from crm.api.problems import MEDIA_TYPE
from crm.api.schema import problems
from crm.api.serializers import Problem
from crm.api.views import ApiView
from customers.api.vip_serializers import (
    FIELDS,
    NAMES,
    LinkAccountIn,
    LinkAccountOut,
    VipProfileIn,
    VipProfileOut,
    VipStatusOut,
    profile_data,
    status_data,
)
from customers.services.link_codes import LIFETIME
from customers.services.profile_tokens import SignedInProfile, signed_in_profile
from customers.services.vip import (
    LinkStep,
    edit_own_profile,
    link_account,
    marketing_of,
    vip_status,
)

HEADER = "X-Profile-Token"
TOKEN = OpenApiParameter(
    HEADER,
    {"type": "string", "maxLength": 8192},
    OpenApiParameter.HEADER,
    required=True,
    description="The id token of the signed-in profile (JWT), of an issuer that the company trusts."
    " Guests are refused with 403 GUEST_SESSION_NOT_ELIGIBLE.",
)
LINKED = OpenApiExample(
    "A linked profile",
    {
        "status": "linked_matched",
        "dataSource": "live",
        "customerId": "0197f0b6-6f3e-7c1a-9a52-0d6a3b1f2c11",
        "customerCode": "CUS-000123",
        "stableHashId": "8a2df0c9eaec862a7658d817ddb32c3b",
        "matchMethod": "phone_exact_match",
        "matchConfidence": 1.0,
        "linkedAt": "2026-05-01T09:30:00Z",
        "lastVerifiedAt": "2026-05-01T09:30:00Z",
    },
    response_only=True,
)
ASK = OpenApiExample("Ask for a code", {"phoneNumber": "081 234 5678"}, request_only=True)
PROVE = OpenApiExample("Send the code back", {"code": "123456"}, request_only=True)
NOT_SET_UP = {
    (503, MEDIA_TYPE): OpenApiResponse(
        Problem, description="Linking by phone is not set up for this company."
    )
}


class VipView(ApiView):
    """An endpoint for a signed-in profile."""

    def profile(self, request: Request) -> SignedInProfile:
        """Who is signed in. Raises NotSignedIn (401), and Forbidden (403) for guests."""
        return signed_in_profile(actor=self.actor, token=request.headers.get(HEADER, ""))


class VipStatus(VipView):
    """Whether the profile has a customer."""

    scopes = {"get": "vip:act"}

    @extend_schema(
        operation_id="read_vip_status",
        parameters=[TOKEN],
        examples=[LINKED],
        responses=VipStatusOut,
    )
    def get(self, request: Request) -> Response:
        """The profile's customer. A profile without one is matched first, by a phone or e-mail that
        its sign-in has proven; one whose customer has vanished likewise."""
        found = vip_status(actor=self.actor, profile=self.profile(request))
        return Response(status_data(found))


class LinkAccount(VipView):
    """Linking oneself by phone."""

    scopes = {"post": "vip:act"}

    @extend_schema(
        operation_id="link_vip_account",
        parameters=[TOKEN],
        examples=[ASK, PROVE],
        request=LinkAccountIn,
        responses={200: LinkAccountOut, **problems(409, 429), **NOT_SET_UP},
    )
    def post(self, request: Request) -> Response:
        """With a phone: a code is sent to it, if it is one customer's; the answer is the same for
        every number. With the code: the profile is linked. Five tries in a quarter of an hour."""
        asked = LinkAccountIn(data=request.data)
        asked.is_valid(raise_exception=True)
        profile = self.profile(request)
        with named(NAMES):
            step = link_account(
                actor=self.actor,
                profile=profile,
                phone_text=asked.validated_data.get("phoneNumber", ""),
                code_text=asked.validated_data.get("code", ""),
            )
        waits = step is LinkStep.CODE_REQUESTED
        found = vip_status(actor=self.actor, profile=profile)
        return Response(
            {
                "result": step.value,
                "codeExpiresInSeconds": int(LIFETIME.total_seconds()) if waits else None,
                "status": found.state.value,
            }
        )


class VipProfile(VipView):
    """The customer's own data."""

    scopes = {"get": "vip:act", "patch": "vip:act"}

    @extend_schema(operation_id="read_vip_profile", parameters=[TOKEN], responses=VipProfileOut)
    def get(self, request: Request) -> Response:
        """What is known of the profile's customer, read live."""
        found = vip_status(actor=self.actor, profile=self.profile(request))
        return Response(profile_data(found, marketing_of(found)))

    @extend_schema(
        operation_id="change_vip_profile",
        parameters=[TOKEN],
        request=VipProfileIn,
        responses={200: VipProfileOut, **problems(409)},
    )
    def patch(self, request: Request) -> Response:
        """Change the person's own data; what is not named stays. The phone cannot be changed here
        (400), and a profile without a customer has nothing to change (400 `not_linked`). The answer
        to marketing is kept with its time and “vip_profile”."""
        given = VipProfileIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        with named(NAMES):
            found = edit_own_profile(
                actor=self.actor,
                profile=self.profile(request),
                changes={FIELDS[name]: value for name, value in values.items() if name in FIELDS},
                email=values.get("email"),
                marketing_opt_in=values.get("marketingOptIn"),
            )
        return Response(profile_data(found, marketing_of(found)))
