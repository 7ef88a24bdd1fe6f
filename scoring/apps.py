"""Registers the app."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"
