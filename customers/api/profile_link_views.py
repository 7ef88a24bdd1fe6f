"""Which customer stands behind a profile of an app, as staff and their systems decide it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import Id, Text
from crm.api.pages import page_of
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, LIMIT, problems
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from crm.errors import NotFound
from crm.roles import Action
from customers.api.history_output import NEWEST
from customers.api.part_serializers import ProfileLinkOut
from customers.models import ProfileLink
from customers.selectors.customer_record import read_customer
from customers.services.customer_fields import LENGTHS
from customers.services.profile_link_writes import LONGEST_PROFILE, LONGEST_PROVIDER
from customers.services.profile_links import (
    link_profile,
    release_profile,
    relink_profile,
    unlink_profile,
)

PART = "profile_links"


class LinkOut(ProfileLinkOut):
    """A profile and its customer."""

    customer_id = serializers.UUIDField(allow_null=True, help_text="null: nobody is linked.")
    is_blocked = serializers.BooleanField(
        help_text="A person unlinked it: it is not matched by itself until it is released."
    )


class LinksOut(serializers.Serializer[Any]):
    """All profiles of a customer."""

    results = ProfileLinkOut(many=True)


class LinkFilters(serializers.Serializer[Any]):
    """What the list is narrowed to."""

    provider = serializers.CharField(required=False, max_length=LONGEST_PROVIDER)
    profile_id = serializers.CharField(required=False, max_length=LONGEST_PROFILE)


class NewLink(Strict):
    """That a customer stands behind a profile."""

    provider = Text(max_length=LONGEST_PROVIDER, help_text="Such as “line”.")
    profile_id = Text(max_length=LONGEST_PROFILE)
    customer_id = Id()
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)


class RelinkIn(Strict):
    """Whose the profile is from now on."""

    customer_id = Id()
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)


class UnlinkIn(Strict):
    """Why the profile is nobody's."""

    reason = Text(max_length=LENGTHS["reason"])


class CustomerProfileLinks(ApiView):
    """The app profiles of a customer."""

    scopes = {"get": "customers:read"}

    @extend_schema(operation_id="list_customer_profile_links", responses=LinksOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """All of them."""
        record = read_customer(actor=self.actor, customer_id=customer_id, parts=(PART,))
        return Response({"results": record.parts[PART]})


class ProfileLinks(ApiView):
    """All app profiles that are known."""

    scopes = {"get": "customers:read", "post": "profiles:write"}
    parameters = {"get": (*PAGING, *names_of(LinkFilters))}

    @extend_schema(
        operation_id="list_profile_links",
        parameters=[CURSOR, LIMIT, LinkFilters],
        responses=paged(LinkOut, "ProfileLinkPage"),
    )
    def get(self, request: Request) -> Response:
        """The newest first; with `provider` and `profile_id` the one profile."""
        rows = _links(self).filter(**asked(request, LinkFilters))
        return page_of(request, rows, ordering=NEWEST, show=_shown)

    @extend_schema(
        operation_id="link_profile", request=NewLink, responses={200: LinkOut, **problems(404)}
    )
    def post(self, request: Request) -> Response:
        """Link a profile to a customer; again is the same as once.

        409 `linked_elsewhere`: it has another living customer (`link_id`); link that one anew. What
        a person or their system decides binds the matcher.
        """
        reader = NewLink(data=request.data)
        reader.is_valid(raise_exception=True)
        return _answer(link_profile(actor=self.actor, **reader.validated_data))


class OneProfileLink(ApiView):
    """An app profile."""

    scopes = {"get": "customers:read"}

    @extend_schema(operation_id="read_profile_link", responses=LinkOut)
    def get(self, request: Request, link_id: UUID) -> Response:
        """The profile and whose it is."""
        link = _links(self).filter(pk=link_id).first()
        if link is None:
            raise NotFound
        return _answer(link)


class Relink(ApiView):
    """Handing a profile on."""

    scopes = {"post": "profiles:write"}

    @extend_schema(operation_id="relink_profile", request=RelinkIn, responses=LinkOut)
    def post(self, request: Request, link_id: UUID) -> Response:
        """Give the profile to this customer, whoever had it."""
        reader = RelinkIn(data=request.data)
        reader.is_valid(raise_exception=True)
        return _answer(relink_profile(actor=self.actor, link_id=link_id, **reader.validated_data))


class Unlink(ApiView):
    """Taking a profile off its customer."""

    scopes = {"post": "profiles:write"}

    @extend_schema(operation_id="unlink_profile", request=UnlinkIn, responses=LinkOut)
    def post(self, request: Request, link_id: UUID) -> Response:
        """Take it off; it is not matched by itself again until it is released."""
        reader = UnlinkIn(data=request.data)
        reader.is_valid(raise_exception=True)
        return _answer(unlink_profile(actor=self.actor, link_id=link_id, **reader.validated_data))


class Release(ApiView):
    """Letting a profile be matched again."""

    scopes = {"post": "profiles:write"}

    @extend_schema(operation_id="release_profile", request=None, responses=LinkOut)
    def post(self, request: Request, link_id: UUID) -> Response:
        """Let a profile that was unlinked be matched by itself again."""
        return _answer(release_profile(actor=self.actor, link_id=link_id))


def _links(view: ApiView) -> QuerySet[ProfileLink]:
    view.actor.require(Action.VIEW_CUSTOMER)
    return ProfileLink.objects.all()


def _answer(link: ProfileLink) -> Response:
    return Response(LinkOut(link).data)


def _shown(rows: Sequence[ProfileLink]) -> Any:
    return LinkOut(rows, many=True).data
