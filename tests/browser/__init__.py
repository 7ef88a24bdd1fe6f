"""Switchboard in a real browser: the real web and worker, a database with the small demo."""
