"""All that the customers app knows of one person, for the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from crm.actors import Actor
from crm.errors import Conflict, NotFound
from crm.roles import Action
from customers.models import (
    ConsentEvent,
    ContactPoint,
    Customer,
    ExternalIdentity,
    ProfileLink,
    Tag,
)
from customers.models.contact_point import ContactKind
from customers.models.customer import RecordState
from customers.selectors.consent import current_consent
from customers.selectors.survivors import survivors_of


class MergedInto(Conflict):
    """The record is now part of another customer (`survivor_id`)."""

    default_code = "merged"

    def __init__(self, survivor_id: UUID) -> None:
        super().__init__(
            "This customer is now part of another one.", details={"survivor_id": survivor_id}
        )
        self.survivor_id = survivor_id


@dataclass(frozen=True, kw_only=True)
class FormerRecord:
    """A record that this one took in; without a `merge_id` it came so from another system."""

    code: str
    full_name: str
    merge_id: UUID | None
    merged_at: datetime | None
    merged_by: str | None


@dataclass(frozen=True, kw_only=True)
class CustomerCard:
    """One person at a glance. Every list is complete and in the order to show it (phones before
    e-mails, the primary one first)."""

    customer: Customer
    contact_points: Sequence[ContactPoint]
    tags: Sequence[Tag]
    consent: Sequence[ConsentEvent]
    external_identities: Sequence[ExternalIdentity]
    profile_links: Sequence[ProfileLink]
    merged_from: Sequence[FormerRecord]

    @property
    def phones(self) -> list[ContactPoint]:
        """The primary phone first."""
        return [point for point in self.contact_points if point.kind == ContactKind.PHONE]

    @property
    def emails(self) -> list[ContactPoint]:
        """The primary e-mail first."""
        return [point for point in self.contact_points if point.kind == ContactKind.EMAIL]


def get_card(*, actor: Actor, customer_id: UUID) -> CustomerCard:
    """The card in seven queries, whatever the number of rows.

    Raises NotFound, and MergedInto for a record that became part of another. A deleted record is
    there for those who may restore it, and for nobody else.
    """
    actor.require(Action.VIEW_CUSTOMER)
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    if customer.record_state == RecordState.MERGED:
        survivor_id = survivors_of([customer.pk]).get(customer.pk)
        if survivor_id is None:
            raise NotFound
        raise MergedInto(survivor_id)
    if customer.record_state == RecordState.DELETED and not actor.may(Action.DELETE_CUSTOMER):
        raise NotFound
    return CustomerCard(
        customer=customer,
        contact_points=list(
            ContactPoint.objects.filter(customer=customer).order_by(
                "-kind", "-is_primary", "is_invalid", "created_at", "id"
            )
        ),
        tags=list(Tag.objects.filter(customertag__customer=customer).order_by("name")),
        consent=current_consent(customer_id=customer.pk),
        external_identities=list(
            ExternalIdentity.objects.filter(customer=customer).order_by("system", "external_id")
        ),
        profile_links=list(
            ProfileLink.objects.filter(customer=customer).order_by("provider", "profile_id")
        ),
        merged_from=_former_records(customer),
    )


def _former_records(customer: Customer) -> list[FormerRecord]:
    standing = FilteredRelation("merged_by", condition=Q(merged_by__stands=True))
    rows = Customer.objects.filter(merged_into=customer).annotate(
        standing=standing,
        merge_id=F("standing__merge_id"),
        merged_at=F("standing__merge__merged_at"),
        merged_by_name=F("standing__merge__merged_by"),
    )
    shown = ("code", "full_name", "merge_id", "merged_at", "merged_by_name")
    return [
        FormerRecord(code=code, full_name=name, merge_id=merge_id, merged_at=at, merged_by=by)
        for code, name, merge_id, at, by in rows.order_by("code").values_list(*shown)
    ]
