"""What a customer is worth: the metrics, the score, and every change of it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F

from crm.constraints import SameCompany
from crm.merging import Derived, Policy
from crm.models.tenant import TenantModel


class Band(models.TextChoices):
    """How warm a customer is, by score (S1.2)."""

    HOT = "hot", "Hot"
    WARM = "warm", "Warm"
    COOL = "cool", "Cool"
    COLD = "cold", "Cold"


class ScoreCause(models.TextChoices):
    """Why a score changed."""

    ORDER = "order", "Order"
    REFUND = "refund", "Refund or cancellation"
    REMOVAL = "removal", "Order removed"
    MERGE = "merge", "Orders moved"
    DECAY = "decay", "Time passed"
    RULES = "rules", "Rules changed"
    RESCORE = "rescore", "Scored again"
    REPAIR = "repair", "Repaired"


class Engagement(TenantModel):
    """One narrow row a customer, written by database triggers and functions only (a grant).

    Exists for every customer from their creation. Money is in the company's currency. `score`
    equals `base_score` plus the sum of its ledger, and the weights of the active rules times the
    points; `manage.py verify_scores` and a test prove both.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="Added up from orders by triggers, which see them move."),
    }

    customer = models.OneToOneField(
        "customers.Customer",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="engagement",
        db_constraint=False,
    )
    # Plain integers, bounded by the constraints below or by what they are sums of: PostgreSQL reads
    # the text of each check anew for every statement, so one that is implied costs every order.
    orders = models.IntegerField(default=0)
    tickets = models.IntegerField(default=0)
    gross = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    net = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    first_order_at = models.DateTimeField(null=True)
    last_order_at = models.DateTimeField(null=True)
    recency = models.SmallIntegerField(default=1)
    frequency = models.SmallIntegerField(default=1)
    monetary = models.SmallIntegerField(default=1)
    score = models.SmallIntegerField(default=6)
    band = models.CharField(max_length=4, choices=Band.choices, default=Band.COLD)
    base_score = models.SmallIntegerField(default=6)
    cause = models.CharField(
        max_length=8, choices=ScoreCause.choices, blank=True, help_text="Of the last change."
    )
    scored_at = models.DateTimeField(null=True)
    scored_on = models.DateField(null=True, help_text="The day for which recency was counted.")
    is_live = models.BooleanField(default=True, help_text="Neither merged nor deleted.")

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="engagement_customer_fk"),
            models.CheckConstraint(
                condition=models.Q(recency__range=(1, 5))
                & models.Q(frequency__range=(1, 5))
                & models.Q(monetary__range=(1, 5)),
                name="engagement_points_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    orders=0, last_order_at__isnull=True, first_order_at__isnull=True
                )
                | models.Q(orders__gt=0, last_order_at__isnull=False, first_order_at__isnull=False),
                name="engagement_orders_have_dates",
            ),
        ]
        indexes = [
            models.Index(
                # The points behind the id let the index alone find a cell of the heat map.
                fields=["company", "-score", "-customer", "recency", "frequency"],
                condition=models.Q(is_live=True),
                name="engagement_score_idx",
            ),
            models.Index(
                fields=["company", "-net", "-customer"],
                condition=models.Q(is_live=True),
                name="engagement_net_idx",
            ),
            # Also decay: whose last order lies in the days by which the limits moved on.
            models.Index(
                F("company"),
                F("last_order_at").desc(nulls_last=True),
                F("customer").desc(),
                name="engagement_last_order_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} ({self.band})"


class ScoreChange(TenantModel):
    """One line of the ledger; rows are only ever inserted, by the functions that write engagement.

    A customer who never ordered has no line: their score is `Engagement.base_score`. Every value
    is copied from an engagement row, whose checks and foreign keys hold it; they are not repeated.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="The ledger of a score stays with the record that had it."),
    }

    references_proven_elsewhere = {
        "customer": "copied from engagement by the database functions that change it"
    }

    company = models.ForeignKey(
        "crm.Company",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_constraint=False,
        db_index=False,
    )
    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="score_changes",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()
    cause = models.CharField(max_length=8, choices=ScoreCause.choices)
    score_before = models.SmallIntegerField()
    score_after = models.SmallIntegerField()
    recency = models.SmallIntegerField()
    frequency = models.SmallIntegerField()
    monetary = models.SmallIntegerField()
    band_before = models.CharField(max_length=4, choices=Band.choices)
    band_after = models.CharField(max_length=4, choices=Band.choices)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="scorechange_customer_idx"),
            # Flow between bands over time.
            models.Index(
                fields=["company", "at"],
                condition=~models.Q(band_before=F("band_after")),
                include=["band_before", "band_after", "cause"],
                name="scorechange_flow_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_before} → {self.score_after} ({self.cause})"


class ScoringDay(TenantModel):
    """The day to which a company's scores have decayed; scores are never for a day before it.

    Beside it the limits of the rules in force, as one order needs them (`score_limits_keep`): five
    points from the first of each four on. They are for `limits_day` and good until `limits_until`,
    its midnight in the company's zone, or until rules or zone change.
    """

    company = models.OneToOneField(
        "crm.Company", on_delete=models.PROTECT, primary_key=True, related_name="+", editable=False
    )
    day = models.DateField()
    limits_day = models.DateField()
    limits_until = models.DateTimeField()
    recency_from = ArrayField(models.DateTimeField(), size=4)
    frequency_from = ArrayField(models.IntegerField(), size=4)
    monetary_from = ArrayField(models.DecimalField(max_digits=14, decimal_places=2), size=4)
    weights = ArrayField(models.IntegerField(), size=3, help_text="Recency, frequency, monetary.")
    bands_from = ArrayField(models.IntegerField(), size=3, help_text="Hot, warm, cool.")

    def __str__(self) -> str:
        return str(self.day)


class QuintileSegment(models.TextChoices):
    """The segments of S0.5, in the order in which their rules are tried."""

    CHAMPIONS = "champions", "Champions"
    LOYAL = "loyal", "Loyal"
    POTENTIAL = "potential", "Potential"
    NEW = "new", "New"
    AT_RISK = "at_risk", "At risk"
    CANT_LOSE = "cant_lose", "Can’t lose"
    LOST = "lost", "Lost"
    OTHERS = "others", "Others"


class QuintileScore(TenantModel):
    """The second way of scoring (S0.5): quintiles over the last 365 days, renewed every night."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="Worked out from orders every night."),
    }

    customer = models.OneToOneField(
        "customers.Customer",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="quintile_score",
        db_constraint=False,
    )
    active_months = models.PositiveSmallIntegerField(
        help_text="Calendar months with an order in the last 365 days."
    )
    spent = models.DecimalField(max_digits=16, decimal_places=2)
    last_order_at = models.DateTimeField()
    recency = models.PositiveSmallIntegerField()
    frequency = models.PositiveSmallIntegerField()
    monetary = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=16, choices=QuintileSegment.choices)
    as_of = models.DateField(help_text="The day of the last change.")

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="quintile_customer_fk"),
        ]
        indexes = [
            models.Index(fields=["company", "segment", "-spent"], name="quintile_segment_idx"),
        ]

    def __str__(self) -> str:
        return self.segment


class ScoreSnapshot(TenantModel):
    """How many customers had which points at the end of a company's day."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    band = models.CharField(max_length=4, choices=Band.choices)
    recency = models.PositiveSmallIntegerField()
    frequency = models.PositiveSmallIntegerField()
    monetary = models.PositiveSmallIntegerField()
    customers = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "day", "recency", "frequency", "monetary", "band"],
                name="snapshot_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.customers} {self.band}"
