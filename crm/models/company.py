"""The tenant."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models


def validate_time_zone(name: str) -> None:
    """Refuse a name that the IANA time zone database does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone such as Australia/Sydney.")


class Company(models.Model):
    """One business. Everything else belongs to exactly one."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    default_region = models.CharField(
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, such as AU.")],
        help_text="Country of phone numbers written without a country code (ISO 3166, such as AU).",
    )
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Days begin and end here, such as Asia/Bangkok.",
    )
    currency = models.CharField(
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Three capital letters, such as AUD.")],
    )
    languages = models.JSONField(default=list, blank=True, help_text='Such as ["en", "th"].')
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which this company's days begin and end."""
        return zoneinfo.ZoneInfo(self.time_zone)
