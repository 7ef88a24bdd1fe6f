"""An admin at the pages of duplicates and merges."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import StaffMember
from crm.roles import Role
from tests.worlds import World


@pytest.fixture
def desk(acme: World, client_of: Callable[[StaffMember], Client]) -> Client:
    """The browser of the company's admin."""
    return client_of(acme.staff[Role.ADMIN])
