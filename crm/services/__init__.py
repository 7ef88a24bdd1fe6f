"""Writes of the foundation: settings of a company and its staff."""
