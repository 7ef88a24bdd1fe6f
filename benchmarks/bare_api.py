"""The yardstick of the REST API: Django REST framework reading one row, and nothing else.

Served beside the real API by the same process (`DJANGO_SETTINGS_MODULE=benchmarks.bare_api`): no
key, no limits, no company; one query as the owner of the tables, one serializer.
"""

from crm.settings import *  # noqa: F403
from crm.settings.database import DATABASES

ROOT_URLCONF = "benchmarks.bare_urls"
# Connections are shared as those of the application are.
DATABASES["owner"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 10, "timeout": 10}
