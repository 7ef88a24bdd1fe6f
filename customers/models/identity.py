"""Who a customer is in other systems."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import LockStep, Moves, Policy
from crm.models.tenant import TenantRecord

# What staff read for a link's method; others, of older systems, are shown as they are.
METHODS = {
    "phone_exact_match": "by phone",
    "email_exact_match": "by e-mail",
    "phone_and_email_exact_match": "by phone and e-mail",
    "one_time_code": "by a code to their phone",
    "manual": "by a person",
    "unlinked": "unlinked by a person",
    "no_customer": "nobody found",
    "several_customers": "several customers have the phone or e-mail",
    "contradiction": "phone and e-mail are of different customers",
}


class ExternalIdentity(TenantRecord):
    """The id that another system uses for this customer."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="account elsewhere", many="accounts elsewhere", step=LockStep.IDENTITIES
        ),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="external_identities",
        db_constraint=False,
    )
    system = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "external identities"
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="external_customer_fk"),
            models.UniqueConstraint(
                fields=["company", "system", "external_id"], name="external_id_in_system"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.external_id}"


class ProfileLink(TenantRecord):
    """The customer behind a profile of an app. It holds ids only: customer data is read live.

    Without a customer the profile is known but unlinked; `match_method` then says why matching
    found nobody. `decided_by_human` marks what a person or their system decided: such a link
    stands as long as its customer lives, and a profile that was unlinked so is never matched by
    itself again (docs/profile_links.md).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(one="app profile", many="app profiles", step=LockStep.IDENTITIES),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="profile_links",
        db_constraint=False,
    )
    provider = models.CharField(max_length=40)
    profile_id = models.CharField(max_length=200)
    match_method = models.CharField(max_length=40, blank=True)
    match_confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    linked_by = models.CharField(max_length=200, blank=True)
    linked_at = models.DateTimeField(null=True, blank=True)
    last_verified_at = models.DateTimeField(null=True, blank=True)
    decided_by_human = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            CompanyKey(name="profile_link_company_id_key"),
            SameCompany(field="customer", to="customers.Customer", name="profile_customer_fk"),
            models.UniqueConstraint(
                fields=["company", "provider", "profile_id"], name="profile_linked_once"
            ),
            models.CheckConstraint(
                condition=Q(match_confidence__isnull=True)
                | Q(match_confidence__gte=0, match_confidence__lte=1),
                name="profile_confidence_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.profile_id}"

    @property
    def how(self) -> str:
        """How sure the link is and what made it, in words."""
        words = METHODS.get(self.match_method, self.match_method.replace("_", " "))
        if self.match_confidence is not None and self.match_confidence < 1:
            return f"{words}, {self.match_confidence:.0%} sure"
        return words

    @property
    def is_blocked(self) -> bool:
        """Whether a person unlinked the profile, so that only a person links it again."""
        return self.customer_id is None and self.decided_by_human
