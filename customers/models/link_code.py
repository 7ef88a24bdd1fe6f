"""One-time codes by which a person links their own profile, and the way codes are sent."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import SameCompany
from crm.merging import Policy
from crm.models.tenant import TenantRecord

DIGEST_BYTES = 32  # SHA-256


class LinkCode(TenantRecord):
    """Somebody asked to be linked by a phone; a code proves that the phone is theirs.

    There is a row for every phone that was asked for, known or not: `code_digest` is there only
    where a code was sent. The phone is kept sealed until the code ends, and as a keyed digest to
    count by. Nothing here refers to a customer: who it is, is asked anew when the code comes back.
    """

    on_merge: ClassVar[dict[str, Policy]] = {}

    link = models.ForeignKey(
        "customers.ProfileLink",
        on_delete=models.PROTECT,
        related_name="codes",
        db_constraint=False,
        db_index=False,
    )
    phone_digest = models.BinaryField(max_length=DIGEST_BYTES, editable=False)
    phone_sealed = models.BinaryField(editable=False)
    code_digest = models.BinaryField(max_length=DIGEST_BYTES, null=True, editable=False)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            SameCompany(field="link", to="customers.ProfileLink", name="link_code_link_fk"),
        ]
        indexes = [
            models.Index(fields=["company", "link", "created_at"], name="link_code_profile_idx"),
            models.Index(
                fields=["company", "phone_digest", "created_at"], name="link_code_phone_idx"
            ),
            models.Index(fields=["company", "created_at"], name="link_code_age_idx"),
        ]

    def __str__(self) -> str:
        return f"code of {self.created_at:%Y-%m-%d %H:%M}"


class LinkCodeChannel(TenantRecord):
    """How a company sends its codes: one way each (customers/profile_links/channels.py)."""

    on_merge: ClassVar[dict[str, Policy]] = {}

    kind = models.CharField(max_length=40)
    url = models.URLField("address", max_length=500, blank=True)
    signing_secret_sealed = models.BinaryField(null=True, editable=False)
    is_active = models.BooleanField(
        default=True, help_text="Without an active way nobody can link a profile by phone."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="link_code_channel_one"),
            models.CheckConstraint(condition=~Q(kind=""), name="link_code_channel_kind"),
        ]

    def __str__(self) -> str:
        return self.kind
