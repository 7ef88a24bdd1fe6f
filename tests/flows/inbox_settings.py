"""The settings of the running processes in tests/flows/test_inbox.py: one app more."""

from crm.settings import *  # noqa: F403
from crm.settings import INSTALLED_APPS as INSTALLED

INSTALLED_APPS = [*INSTALLED, "tests.flows.inbox_app.apps.InboxAppConfig"]
