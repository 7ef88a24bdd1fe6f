"""Celery: PostgreSQL holds the work, the broker only rings the bell (design: Celery)."""

from celery.schedules import crontab

from crm.settings.database import REDIS_URL
from crm.settings.environment import env

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
if CELERY_BROKER_URL.startswith("redis+socket://"):
    CELERY_BROKER_URL = CELERY_BROKER_URL.replace("?db=", "?virtual_host=", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TASK_SOFT_TIME_LIMIT = 3500
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * 3600,  # above the longest task
    # A killed worker's message comes back in about 16 s instead of 105 (measured in the design).
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A bell that cannot be rung at once is not rung: nobody waits for a broker that is down.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_PUBLISH_RETRY = False  # the sweep picks up what the bell missed
# So long a worker may take for one delivery of the inbox; then another one may take it.
INBOX_LEASE_SECONDS = env.int("INBOX_LEASE_SECONDS", default=120)
# An endpoint of webhooks has so long to answer; what a worker took that is gone comes back later.
WEBHOOK_TIMEOUT_SECONDS = env.float("WEBHOOK_TIMEOUT_SECONDS", default=15.0)
WEBHOOK_LEASE_SECONDS = env.int("WEBHOOK_LEASE_SECONDS", default=60)
# Lets webhooks go to this machine, also by http: for development and tests only.
WEBHOOKS_MAY_REACH_LOOPBACK = env.bool("WEBHOOKS_MAY_REACH_LOOPBACK", default=False)
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "crm.tasks.sweep_outbox", "schedule": 10.0},
    "purge-outbox": {"task": "crm.tasks.purge_outbox", "schedule": 3600.0},
    "purge-kept-answers": {
        "task": "crm.tasks.purge_kept_answers",
        "schedule": crontab(minute=25),
    },
    "purge-link-codes": {"task": "customers.tasks.purge_link_codes", "schedule": 600.0},
    "sweep-inbox": {
        "task": "crm.tasks.sweep_inbox",
        "schedule": 10.0,
        # A sweep that waited so long is not needed: the next one is there.
        "options": {"expires": 10},
    },
    "sweep-exports": {
        "task": "crm.tasks.sweep_exports",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "purge-exports": {"task": "crm.tasks.purge_exports", "schedule": crontab(minute=50)},
    "sweep-webhooks": {
        "task": "crm.webhook_tasks.sweep_webhooks",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "purge-webhooks": {
        "task": "crm.webhook_tasks.purge_webhooks",
        "schedule": crontab(hour=4, minute=50),
    },
    "purge-inbox": {"task": "crm.tasks.purge_inbox", "schedule": crontab(hour=4, minute=10)},
    # Customers that changed are compared again; scans whose worker died go on.
    "sweep-duplicates": {
        "task": "customers.tasks.sweep_duplicates",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "sweep-contact-imports": {
        "task": "customers.tasks.sweep_contact_imports",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "scan-duplicates": {
        "task": "customers.tasks.begin_duplicate_scans",
        "schedule": crontab(hour=1, minute=40),
    },
    "recount-search-words": {
        "task": "customers.tasks.recount_search_words",
        "schedule": crontab(hour=3, minute=20),
    },
    # Behind the night's scan for duplicates, so that it works on fresh scores.
    "begin-auto-merges": {
        "task": "customers.tasks.begin_auto_merges",
        "schedule": crontab(hour=5, minute=20),
    },
    "sweep-auto-merges": {
        "task": "customers.tasks.sweep_auto_merges",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "count-data-problems": {
        "task": "customers.tasks.count_data_problems",
        "schedule": crontab(hour=3, minute=40),
    },
    # Each account is due a quarter of an hour after its last pull, so they spread by themselves.
    "pull-orders": {
        "task": "scoring.tasks.pull_due_accounts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Where midnight has passed; every zone's offset is a multiple of 15 minutes.
    "begin-days": {"task": "scoring.tasks.begin_days", "schedule": crontab(minute="1,16,31,46")},
    "check-scores": {
        "task": "scoring.tasks.check_all_scores",
        "schedule": crontab(hour=4, minute=35),
    },
    # What is due where it is past 02:00 by now; every zone's offset is a multiple of 15 minutes.
    # First the segments, then what counts them; no two at the same minute.
    "refresh-timeline": {
        "task": "scoring.tasks.refresh_due_view",
        "schedule": crontab(minute="0,15,30,45"),
        "args": ["customer_activity_timeline"],
    },
    "evaluate-segments": {
        "task": "scoring.tasks.evaluate_due_segments",
        "schedule": crontab(minute="4,19,34,49"),
    },
    # Imports whose worker died; an expired sweep is not needed, the next one is there.
    "sweep-order-imports": {
        "task": "scoring.tasks.sweep_order_imports",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "recheck-segments": {"task": "scoring.tasks.recheck_segments", "schedule": 20.0},
    "refresh-segment-counts": {
        "task": "scoring.tasks.refresh_due_view",
        "schedule": crontab(minute="8,23,38,53"),
        "args": ["customer_segment_counts"],
    },
    "refresh-marketing-export": {
        "task": "scoring.tasks.refresh_due_view",
        "schedule": crontab(minute="10,25,40,55"),
        "args": ["customer_marketing_export"],
    },
    "refresh-revenue": {
        "task": "scoring.tasks.refresh_due_view",
        "schedule": crontab(minute="13,28,43,58"),
        "args": ["order_revenue_by_day"],
    },
}
# A refresh that takes longer is ended and its view keeps what it had; below the limit of tasks.
VIEW_REFRESH_TIMEOUT_SECONDS = env.int("VIEW_REFRESH_TIMEOUT_SECONDS", default=1800)
