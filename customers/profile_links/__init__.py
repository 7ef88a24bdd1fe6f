"""Profiles of apps: their id tokens, the one-time codes, and files of older links."""
