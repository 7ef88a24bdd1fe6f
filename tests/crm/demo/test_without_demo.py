"""demo_logins and load_demo where there is no demo, and where a company has its name."""

import pytest
from django.core.management import CommandError, call_command

from crm.models import Company
from tests.crm.demo.conftest import run

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_nothing_is_printed_without_demo_data():
    assert run("demo_logins") == ""


def test_a_company_of_your_own_is_left_alone():
    Company.objects.using("owner").create(
        name="Our Golf", slug="golf", default_region="TH", time_zone="UTC", currency="THB"
    )
    with pytest.raises(CommandError, match="company of your own"):
        call_command("load_demo", "--small", "--companies", "golf")
