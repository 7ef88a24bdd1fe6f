"""Switchboard: the ground floor and the front door."""

from crm.celery import app as celery_app

__all__ = ["celery_app"]
