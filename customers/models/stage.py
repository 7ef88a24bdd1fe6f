"""How a customer moved through the stages."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.merging import Moves, Policy
from crm.models.tenant import TenantRecord
from customers.models.customer import LifecycleStage


class StageChange(TenantRecord):
    """One move from a lifecycle stage to another, with its reason."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(one="change of stage", many="changes of stage"),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="stage_changes",
        db_constraint=False,
        db_index=False,
    )
    old_stage = models.CharField(max_length=8, choices=LifecycleStage.choices)
    new_stage = models.CharField(max_length=8, choices=LifecycleStage.choices)
    at = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="stage_customer_fk"),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="stage_customer_idx")]

    def __str__(self) -> str:
        return f"{self.old_stage} → {self.new_stage}"
