"""A person who works for a company."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.models.tenant import TenantRecord
from crm.roles import Role


class StaffMember(TenantRecord):
    """Who a login is: one company, one role, one branch or all of them.

    A relationship manager or team lead may exist without a login (source systems S3.1: contacts
    who own leads but never sign in).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff_member",
    )
    display_name = models.CharField(max_length=200)
    role = models.CharField(max_length=24, choices=Role.choices)
    branch = models.ForeignKey(
        "crm.Branch",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="staff",
        help_text="Empty: all branches.",
    )
    manager = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="team",
        help_text="The team lead of a relationship manager.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("display_name", "id")
        constraints = [
            CompanyKey(name="staff_company_id_key"),
            SameCompany(field="branch", to="crm.Branch", name="staff_branch_fk"),
            SameCompany(field="manager", to="crm.StaffMember", name="staff_manager_fk"),
            models.CheckConstraint(
                condition=~Q(role=Role.RECEPTIONIST) | Q(branch__isnull=False),
                name="receptionist_has_a_branch",
                violation_error_message="A receptionist belongs to one branch.",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False)
                | Q(role__in=[Role.RELATIONSHIP_MANAGER, Role.TEAM_LEAD]),
                name="only_owners_without_login",
                violation_error_message=(
                    "Only a relationship manager or team lead can do without a login."
                ),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="staff_role_known"),
        ]

    def __str__(self) -> str:
        return self.display_name
