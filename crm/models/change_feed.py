"""How far a company's stream of changes has come."""

from django.db import models

from crm.models.tenant import TenantModel


class ChangeFeed(TenantModel):
    """The counter of positions; whoever stamps or purges holds its row."""

    company = models.OneToOneField(
        "crm.Company", on_delete=models.PROTECT, primary_key=True, related_name="+", editable=False
    )
    last_position = models.BigIntegerField(default=0, db_default=0)
    purged_to = models.BigIntegerField(
        default=0, db_default=0, help_text="Events up to this position are gone."
    )
    listening_since = models.DateTimeField(
        null=True, help_text="When somebody first listened; scores tell bands from then on."
    )

    def __str__(self) -> str:
        return str(self.last_position)
