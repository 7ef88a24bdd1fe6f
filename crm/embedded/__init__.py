"""The one-command start: PostgreSQL and Valkey from wheels, and a supervisor over all processes.

Nothing here is needed in production, where DATABASE_URL and REDIS_URL name real servers.
"""
