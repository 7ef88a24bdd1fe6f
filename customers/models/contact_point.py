"""How to reach a customer, and by what a customer is recognised."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import SameCompany
from crm.merging import LockStep, Moves, Policy
from crm.models.tenant import TenantRecord


class ContactKind(models.TextChoices):
    """What sort of address it is."""

    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"


class ContactPoint(TenantRecord):
    """A phone (E.164) or e-mail (lower-cased) of a customer, with the text as it was typed.

    One value identifies at most one live customer of a company: the partial unique key holds it.
    A family's or an office's value is listed by several, each row marked shared, and then
    identifies nobody alone (design, domain model). `is_live` follows the customer's record state
    by trigger (customers/sql/contact_point_liveness.sql).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="phone or e-mail",
            many="phones and e-mails",
            step=LockStep.CONTACT_POINTS,
            once_a_customer=("kind", "value"),
            settled_by="contact_points",
        ),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="contact_points",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=5, choices=ContactKind.choices)
    value = models.CharField(max_length=254)
    as_typed = models.CharField(max_length=300)
    extension = models.CharField(max_length=12, blank=True)
    label = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    is_invalid = models.BooleanField(default=False)
    is_live = models.BooleanField(default=True, editable=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="contact_customer_fk"),
            models.UniqueConstraint(
                fields=["company", "kind", "value"],
                condition=Q(is_live=True, is_shared=False),
                name="contact_identifies_one_live_customer",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "value"], name="contact_once_a_customer"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_primary=True),
                name="contact_one_primary_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="phone", value__regex=r"^\+[1-9][0-9]{4,14}$")
                | Q(kind="email", value__regex=r"^[^@\s]+@[^@\s]+$"),
                name="contact_value_is_canonical",
            ),
        ]
        indexes = [models.Index(fields=["company", "kind", "value"], name="contact_value_idx")]

    def __str__(self) -> str:
        return self.value
