"""Registers the app."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """The leads app."""

    name = "leads"
