"""What a customer bought on a ticket platform."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import LockStep, Moves, NoReference, Policy
from crm.models.tenant import TenantRecord


class OrderStatus(models.TextChoices):
    """Where an order stands; the platform's own word is kept beside it (`platform_status`)."""

    COMPLETE = "complete", "Complete"
    PARTLY_REFUNDED = "partly_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"
    CANCELLED = "cancelled", "Cancelled"
    PENDING = "pending", "Not paid yet"
    UNKNOWN = "unknown", "Unknown"


COUNTED_STATUSES = (OrderStatus.COMPLETE, OrderStatus.PARTLY_REFUNDED)


class ReviewState(models.TextChoices):
    """Whether somebody must look at an order before it counts."""

    FINE = "fine", "Fine"
    FLAGGED = "flagged", "To be confirmed"
    CONFIRMED = "confirmed", "Confirmed"


class Removal(models.TextChoices):
    """Who took an order out; a newer version brings back only what an undone import took."""

    HAND = "hand", "By hand"
    UNDO = "undo", "Import undone"


class LinkMethod(models.TextChoices):
    """How the buyer of an order was found, or why nobody was."""

    PLATFORM_ID = "platform_id", "Account at the platform"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    BOTH = "email_and_phone", "E-mail and phone"
    CREATED = "created", "New customer"
    HAND = "hand", "By hand"
    NO_IDENTITY = "no_identity", "No e-mail, phone or account"
    SEVERAL = "several", "Several customers share this e-mail or phone"
    CONTRADICTION = "contradiction", "E-mail and phone are of different customers"
    REMOVED = "removed", "This customer was deleted"


class Order(TenantRecord):
    """One order of one platform: its newest known version, and whom it belongs to.

    `gross` is what the buyer paid, `refunded` what they got back, `net` what the seller keeps
    (S1.5: scores read net). All three are in `currency`; `scored_gross` and `scored_net` are in the
    company's currency, null while no rate is known. Refunded, cancelled and unpaid orders keep
    their figures and do not count (S1.8, 9); nor do flagged ones until somebody confirms them.

    What the buyer typed is kept as it came; the two keys hold it as contact points do (E.164,
    lower-cased), empty where it cannot be read.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="order",
            many="orders",
            step=LockStep.ORDERS,
            known_by=(("phone", "buyer_phone_key"), ("email", "buyer_email_key")),
        ),
        "review_reasons": NoReference(why="Words."),
        "raw": NoReference(why="What the platform sent."),
    }

    platform = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    reference = models.CharField(max_length=200, blank=True, help_text="What people read out.")
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_constraint=False,
        db_index=False,
    )
    link_method = models.CharField(
        max_length=40, blank=True, choices=LinkMethod.choices, help_text="How the buyer was found."
    )
    buyer_name = models.CharField(max_length=300, blank=True)
    buyer_email = models.CharField(max_length=320, blank=True)
    buyer_phone = models.CharField(max_length=100, blank=True, help_text="As it came.")
    buyer_email_key = models.CharField(max_length=254, blank=True, editable=False)
    buyer_phone_key = models.CharField(max_length=16, blank=True, editable=False)

    status = models.CharField(max_length=16, choices=OrderStatus.choices)
    platform_status = models.CharField(max_length=100, blank=True)
    sales_channel = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3)
    gross = models.DecimalField(max_digits=14, decimal_places=2)
    refunded = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    scored_gross = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    scored_net = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    tickets = models.PositiveIntegerField(default=0)

    event_id = models.CharField(max_length=200, blank=True)
    event_name = models.CharField(max_length=300, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    venue = models.CharField(max_length=300, blank=True)
    discount_code = models.CharField(max_length=100, blank=True)

    ordered_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="The platform's own time of this version.")
    review = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.FINE)
    review_reasons = models.JSONField(default=list, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=4, blank=True, choices=Removal.choices)
    raw = models.JSONField(default=dict, blank=True)
    is_counted = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(status__in=COUNTED_STATUSES)
            & Q(removed_at__isnull=True)
            & ~Q(review=ReviewState.FLAGGED),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            CompanyKey(name="order_company_key"),
            SameCompany(field="customer", to="customers.Customer", name="order_customer_fk"),
            models.UniqueConstraint(
                fields=["company", "platform", "external_id"], name="order_once_a_platform"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_is_three_letters"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by="")
                | (Q(removed_at__isnull=False) & ~Q(removed_by="")),
                name="order_removed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(external_id="") & ~Q(platform=""), name="order_has_an_id"
            ),
        ]
        indexes = [
            # The card's timeline, and the aggregate of one customer.
            models.Index(fields=["customer", "-ordered_at", "-id"], name="order_customer_idx"),
            models.Index(fields=["company", "-ordered_at", "-id"], name="order_newest_idx"),
            models.Index(
                fields=["company", "-ordered_at", "-id"],
                condition=Q(customer__isnull=True, removed_at__isnull=True),
                name="order_unlinked_idx",
            ),
            models.Index(
                fields=["company", "-ordered_at", "-id"],
                condition=Q(review=ReviewState.FLAGGED, removed_at__isnull=True),
                name="order_flagged_idx",
            ),
            models.Index(
                fields=["company", "-ordered_at", "-id"],
                condition=Q(scored_net__isnull=True, removed_at__isnull=True),
                name="order_no_rate_idx",
            ),
            # Orders without a customer, found again when their buyer's e-mail or account turns up.
            models.Index(
                fields=["company", "buyer_email_key"],
                condition=Q(customer__isnull=True, removed_at__isnull=True)
                & ~Q(buyer_email_key=""),
                name="order_waiting_email_idx",
            ),
            models.Index(
                fields=["company", "buyer_phone_key"],
                condition=Q(customer__isnull=True, removed_at__isnull=True)
                & ~Q(buyer_phone_key=""),
                name="order_waiting_phone_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.reference or self.external_id}"


class OrderVersion(TenantRecord):
    """What an import changed of an order: the values before it, so that it can be undone.

    `before` is null where the import created the order.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "before": NoReference(
            why="An order as it was. Putting it back names the old customer; the trigger "
            "redirect_to_survivor hands it to the survivor."
        ),
    }

    order = models.ForeignKey(
        "scoring.Order",
        on_delete=models.PROTECT,
        related_name="versions",
        db_constraint=False,
        db_index=False,
    )
    order_import = models.ForeignKey(
        "scoring.OrderImport",
        on_delete=models.PROTECT,
        related_name="versions",
        db_constraint=False,
        db_index=False,
    )
    before = models.JSONField(null=True, blank=True)
    after_changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            SameCompany(field="order", to="scoring.Order", name="orderversion_order_fk"),
            SameCompany(
                field="order_import", to="scoring.OrderImport", name="orderversion_import_fk"
            ),
        ]
        indexes = [
            models.Index(fields=["order_import", "id"], name="orderversion_import_idx"),
            models.Index(fields=["order", "-id"], name="orderversion_order_idx"),
        ]

    def __str__(self) -> str:
        return f"Version of {self.order_id}"
