"""What goes in and out: serializers that refuse what they do not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

LONGEST_BATCH = 1000


class Strict(serializers.Serializer[Any]):
    """Refuses unknown names: a misspelt field must not be silently left out."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError at each unknown name."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            strange = sorted(str(name)[:60] for name in data if name not in known)
            if strange:
                raise serializers.ValidationError(
                    {name: [f"There is no field “{name}” here."] for name in strange}, "unknown"
                )
        return super().to_internal_value(data)


class MomentField(serializers.DateTimeField):
    """A moment that says its time zone, in a year that can be meant."""

    default_error_messages = {
        "naive": "Say the time zone too, such as 2026-05-01T09:30:00Z.",
        "year": "Check the year.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """Raises ValidationError."""
        if timezone.is_naive(value):
            self.fail("naive")
        if not 1900 <= value.year <= 2199:
            self.fail("year")
        return super().enforce_timezone(value)


class ProblemField(serializers.Serializer[Any]):
    """One wrong value."""

    field = serializers.CharField(help_text="Where it stands, such as `phones.0.value`.")
    code = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A problem document (RFC 9457). Some kinds have more members; their descriptions say so."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: programs may rely on it.")
    detail = serializers.CharField(help_text="For people: what was wrong, and what to do.")
    errors = ProblemField(many=True, required=False)  # type: ignore[assignment]
    request_id = serializers.CharField(required=False)


def paged(of: type[serializers.BaseSerializer[Any]], name: str) -> Any:
    """How a page of these looks in the document."""
    return type(
        name,
        (serializers.Serializer,),
        {
            "__doc__": "A page.",
            "results": of(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
        },
    )
