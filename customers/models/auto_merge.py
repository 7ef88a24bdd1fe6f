"""Whether a company lets the machine merge sure pairs."""

from django.db import models

from crm.models.tenant import TenantModel


class AutoMergeRule(TenantModel):
    """One row a company. Off until enough pairs were reviewed; off again when precision falls."""

    company = models.OneToOneField(
        "crm.Company", on_delete=models.PROTECT, primary_key=True, related_name="+", editable=False
    )
    is_on = models.BooleanField(default=False)
    from_bits = models.FloatField(default=10.0, help_text="Pairs below are left to people.")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=200, blank=True)
    off_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_bits__gte=10), name="automerge_ten_bits_at_least"
            )
        ]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"
