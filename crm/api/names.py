"""A service names fields by its own words; an answer names them as the request did."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from crm.errors import CrmError


@contextmanager
def named(names: Mapping[str, str]) -> Iterator[None]:
    """Errors at a service's field (`branch`) are told at the request's (`branch_id`)."""
    try:
        yield
    except CrmError as error:
        error.fields = {names.get(name, name): text for name, text in error.fields.items()}
        raise
