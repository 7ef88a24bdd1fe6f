"""Which columns a staff member takes out of a list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.constraints import SameCompany
from crm.models.tenant import TenantModel


class ColumnChoice(TenantModel):
    """The columns, in their order, that somebody chose last for an export."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(
        "crm.StaffMember",
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    list_name = models.CharField(max_length=20)
    columns = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            SameCompany(field="staff", to="crm.StaffMember", name="columnchoice_staff_fk"),
            models.UniqueConstraint(fields=["staff", "list_name"], name="columnchoice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {', '.join(self.columns)}"
