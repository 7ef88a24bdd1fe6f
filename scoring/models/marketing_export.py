"""What marketing may know of each customer: the rows of a refreshed view."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.merging import Derived, Policy


class MarketingExport(models.Model):
    """A live customer as of the last refresh (scoring/sql/customer_marketing_export.sql).

    The view shows the rows of the current company only. Consent is `yes`, `no` or `unknown`.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="A view, refreshed from live customers."),
    }

    company_id = models.BigIntegerField()
    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.DO_NOTHING, primary_key=True, related_name="+"
    )
    code = models.CharField(max_length=20)
    full_name = models.CharField(max_length=200)
    given_name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=254)
    consent_email = models.CharField(max_length=8)
    consent_sms = models.CharField(max_length=8)
    consent_phone = models.CharField(max_length=8)
    consent_post = models.CharField(max_length=8)
    consent_chat = models.CharField(max_length=8)
    contactable = ArrayField(models.TextField())
    segments = ArrayField(models.TextField())
    address_line = models.CharField(max_length=300)
    city = models.CharField(max_length=120)
    postcode = models.CharField(max_length=20)
    country = models.CharField(max_length=120)
    region = models.CharField(max_length=120)
    location = models.TextField()
    language = models.CharField(max_length=12)
    preferred_contact = models.CharField(max_length=8)
    lifecycle_stage = models.CharField(max_length=8)
    source = models.CharField(max_length=8)
    score = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=4)
    recency = models.PositiveSmallIntegerField()
    frequency = models.PositiveSmallIntegerField()
    monetary = models.PositiveSmallIntegerField()
    orders = models.PositiveIntegerField()
    tickets = models.PositiveIntegerField()
    gross = models.DecimalField(max_digits=16, decimal_places=2)
    net = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    first_order_at = models.DateTimeField(null=True)
    last_order_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "customer_marketing_export"

    def __str__(self) -> str:
        return self.code
