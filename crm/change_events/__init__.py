"""The public stream of changes: what other systems are told, by the feed and by webhooks.

The outbox tells our own apps; a registered part of its topics is public. Each app says in its
`AppConfig.ready()` which ones, and how their payloads become events (`registry`). The outbox hands
every public event over in the transaction of the change (`recording`); readers ask
`crm.selectors.change_feed`. docs/webhooks.md lists the events.
"""
