"""Query parameters: each endpoint names those it knows, and any other is refused by name."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django_filters import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer

Row = TypeVar("Row", bound=Model)
PAGING = ("cursor", "limit")


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raises ValidationError that names each unknown parameter and each that stands twice."""
    names = set(known)
    wrong = {
        name: f"There is no parameter “{name}”. Known: {', '.join(sorted(names)) or 'none'}."
        for name in request.query_params
        if name not in names
    }
    wrong |= {
        name: "This stands more than once."
        for name, values in request.query_params.lists()
        if name in names and len(values) > 1
    }
    if wrong:
        raise ValidationError({name[:60]: [text] for name, text in wrong.items()}, "unknown")


def chosen(request: Request, name: str, possible: Collection[str]) -> frozenset[str]:
    """The comma-separated values of a parameter such as `expand`, from a closed list."""
    values = frozenset(filter(None, request.query_params.get(name, "").split(",")))
    if strange := values - set(possible):
        raise ValidationError(
            {name: [f"“{min(strange)[:60]}” is not one of {', '.join(sorted(possible))}."]},
            "unknown",
        )
    return values


def filtered(request: Request, rows: QuerySet[Row], filters: type[FilterSet]) -> QuerySet[Row]:
    """The rows that the declared filters leave. Raises ValidationError at the parameter."""
    found = filters(request.query_params, queryset=rows, request=request)
    if not found.is_valid():
        raise ValidationError(
            {name: [str(text) for text in texts] for name, texts in found.errors.items()}
        )
    return found.qs


def filter_names(filters: type[FilterSet]) -> Iterable[str]:
    """The parameters that a filter set knows."""
    return filters.base_filters


def asked(request: Request, of: type[Serializer[Any]]) -> dict[str, Any]:
    """The parameters that a serializer declares, read: for lists whose filters are a selector's.

    The same serializer stands in the document's `parameters`. Raises ValidationError.
    """
    reader = of()
    names = set(map(str, reader.fields))
    given = {name: value for name, value in request.query_params.items() if name in names}
    return dict(reader.run_validation(given))


def names_of(of: type[Serializer[Any]]) -> Iterable[str]:
    """The parameters that such a serializer declares."""
    return tuple(map(str, of().fields))
