"""Reads of the foundation."""
