"""The yardstick of the REST API: Django REST framework reading one row, and nothing else.

Served beside the real API by the same process (`DJANGO_SETTINGS_MODULE=benchmarks.bare_api`): no
key, no limits, no company; one query as the owner of the tables, one serializer.
"""

from crm.settings import *  # noqa: F403
from crm.settings.database import DATABASES

ROOT_URLCONF = "benchmarks.bare_urls"
DATABASES["owner"]["CONN_MAX_AGE"] = 60
