"""Pairs of records that may be one person, and what people decided about them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Derived, Moves, NoReference, Policy, Stays
from crm.models.tenant import TenantModel, TenantRecord

BY_RECORD = "A pair is found or decided as the records were; a merge carries decisions over itself."


class PairRelation(models.TextChoices):
    """What two alike records most likely are to each other."""

    SAME = "same", "Same person"
    RELATIVE = "relative", "Relatives"
    COLLEAGUE = "colleague", "Colleagues"
    NAMESAKE = "namesake", "Namesakes"
    STRANGER = "stranger", "Strangers"


class CandidateState(models.TextChoices):
    """What became of a candidate."""

    OPEN = "open", "To decide"
    LATER = "later", "Later"
    MERGED = "merged", "Merged"
    DISMISSED = "dismissed", "Not a duplicate"
    HOUSEHOLD = "household", "Same household"
    GONE = "gone", "No longer alike"


class DuplicateCandidate(TenantRecord):
    """A pair that the model finds alike, with its evidence. `left` is the smaller id."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "left": Derived(why="Pairs of the survivor are scored anew."),
        "right": Derived(why="Pairs of the survivor are scored anew."),
        "evidence": NoReference(why="Words and numbers."),
    }

    left = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    right = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    bits = models.FloatField(help_text="log2 of the odds that both are the same person.")
    relation = models.CharField(max_length=9, choices=PairRelation.choices)
    evidence = models.JSONField(
        default=list, help_text='[{"field": "phone", "bits": 9.1, "words": "same private phone"}]'
    )
    state = models.CharField(
        max_length=9, choices=CandidateState.choices, default=CandidateState.OPEN
    )
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="left", to="customers.Customer", name="candidate_left_fk"),
            SameCompany(field="right", to="customers.Customer", name="candidate_right_fk"),
            models.UniqueConstraint(fields=["left", "right"], name="candidate_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="candidate_in_order"),
        ]
        indexes = [
            models.Index(fields=["company", "state", "-bits", "-id"], name="candidate_surest_idx"),
            models.Index(
                fields=["company", "state", "relation", "-bits", "-id"],
                name="candidate_relation_idx",
            ),
            models.Index(fields=["company", "found_at"], name="candidate_found_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} and {self.right_id}: {self.bits:.1f}"


class Verdict(models.TextChoices):
    """What a person decided about a pair; it binds the machine for ever."""

    SAME = "same", "Same person"
    NOT_DUPLICATE = "not_duplicate", "Not a duplicate"
    HOUSEHOLD = "household", "Same household"


class MatchDecision(TenantRecord):
    """The standing verdict about a pair of records; a later one replaces it, the trail has all."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "left": Stays(why=BY_RECORD),
        "right": Stays(why=BY_RECORD),
    }

    left = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    right = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    verdict = models.CharField(max_length=13, choices=Verdict.choices)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    is_review = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A person looked at this very pair; no merge carried the verdict.",
    )
    bits = models.FloatField(null=True, help_text="The score that the pair had when decided.")

    class Meta:
        constraints = [
            SameCompany(field="left", to="customers.Customer", name="decision_left_fk"),
            SameCompany(field="right", to="customers.Customer", name="decision_right_fk"),
            models.UniqueConstraint(fields=["left", "right"], name="decision_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="decision_in_order"),
        ]
        indexes = [
            models.Index(fields=["company", "-decided_at", "-id"], name="decision_newest_idx"),
            models.Index(
                fields=["company", "bits"],
                include=["verdict"],
                condition=Q(is_review=True, bits__isnull=False),
                name="decision_review_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} and {self.right_id}: {self.verdict}"


class Household(TenantRecord):
    """People who live together and share numbers."""

    class Meta:
        constraints = [CompanyKey(name="household_company_key")]

    def __str__(self) -> str:
        return f"Household {self.pk}"


class HouseholdMember(TenantModel):
    """A customer in a household; nobody is in two."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(one="household", many="households", once_a_customer=("customer",))
    }

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="members", db_constraint=False
    )
    customer = models.OneToOneField(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="household_membership",
        db_constraint=False,
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameCompany(field="household", to="customers.Household", name="member_household_fk"),
            SameCompany(
                field="customer", to="customers.Customer", name="householdmember_customer_fk"
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)
