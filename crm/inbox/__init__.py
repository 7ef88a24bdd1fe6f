"""The inbox: how other systems send us things, and who handles what they send.

A handler is registered for each kind of source, in the `AppConfig.ready()` of the app that it
belongs to:

    from crm.inbox import registry
    from leads.sources.telephony import TelephonyHandler

    registry.register(TelephonyHandler())

`crm.inbox.handler` says what a handler does and when it is asked; docs/inbox.md tells the whole
story for operators and implementers.
"""
