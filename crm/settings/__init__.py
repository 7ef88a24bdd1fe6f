"""All settings of Switchboard, read from the environment.

One file a topic; docs/operations.md lists every variable. A process needs SECRET_KEY,
DATABASE_URL and REDIS_URL; everything else has a safe default.
"""

from crm.settings.api import *  # noqa: F403
from crm.settings.base import *  # noqa: F403
from crm.settings.database import *  # noqa: F403
from crm.settings.logs import *  # noqa: F403
from crm.settings.platforms import *  # noqa: F403
from crm.settings.security import *  # noqa: F403
from crm.settings.signin import *  # noqa: F403
from crm.settings.tasks import *  # noqa: F403
from crm.settings.theme import *  # noqa: F403
