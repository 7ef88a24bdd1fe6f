"""Keys with which other systems, and staff's own programs, use the REST API."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Policy
from crm.models.tenant import TenantModel, TenantRecord

DIGEST_BYTES = 32  # SHA-256


class ApiKey(TenantRecord):
    """One key. What is shown once is not kept: only its digest, and its beginning to know it by.

    With `staff` it is that person's token, bound by their role as well as by its scopes. A rotated
    key is a new row; the old one ends a little later, so that nothing stands still.
    """

    on_merge: ClassVar[dict[str, Policy]] = {}

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    staff = models.ForeignKey(
        "crm.StaffMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="api_keys",
        help_text="Whose own token this is; empty for another system.",
    )
    branches = models.ManyToManyField(
        "crm.Branch",
        through="crm.ApiKeyBranch",
        blank=True,
        related_name="+",
        help_text="Empty: all branches.",
    )
    requests_per_minute = models.PositiveIntegerField(
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text="More are asked to come back later (429).",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_constraint=False,
        related_name="replaced_by",
    )
    made_by = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = "API key"
        ordering = ("-created_at", "-id")
        constraints = [
            CompanyKey(name="api_key_company_id_key"),
            SameCompany(field="staff", to="crm.StaffMember", name="api_key_staff_fk"),
            SameCompany(field="replaces", to="crm.ApiKey", name="api_key_replaces_fk"),
            models.UniqueConstraint(fields=["company", "prefix"], name="api_key_prefix_in_company"),
            models.CheckConstraint(
                condition=Q(requests_per_minute__range=(1, 100_000)), name="api_key_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiKeyBranch(TenantModel):
    """A branch that a key is limited to."""

    on_merge: ClassVar[dict[str, Policy]] = {}

    key = models.ForeignKey(
        ApiKey, on_delete=models.CASCADE, db_constraint=False, related_name="branch_rows"
    )
    branch = models.ForeignKey(
        "crm.Branch", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )

    class Meta:
        constraints = [
            SameCompany(field="key", to="crm.ApiKey", name="api_key_branch_key_fk"),
            SameCompany(field="branch", to="crm.Branch", name="api_key_branch_branch_fk"),
            models.UniqueConstraint(
                fields=["company", "key", "branch"], name="api_key_branch_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} at {self.branch_id}"
