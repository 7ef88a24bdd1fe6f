"""Webhooks out, by Standard Webhooks 1.0.0: what a request looks like and where it may go.

What is sent and when is decided by the services (crm/services/webhook_*.py); docs/webhooks.md tells
the whole story for those who receive.
"""
