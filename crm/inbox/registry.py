"""Which handler takes which kind of source; filled in `AppConfig.ready()`."""

from crm.inbox.handler import InboundHandler

_handlers: dict[str, InboundHandler] = {}


def register(handler: InboundHandler) -> None:
    """Let `handler` take every source of its kind."""
    known = _handlers.setdefault(handler.kind, handler)
    if type(known) is not type(handler):
        raise ValueError(f"Two handlers want the kind {handler.kind!r}.")


def handler_of(kind: str) -> InboundHandler | None:
    """The handler of a kind, or None when the app that had it is gone."""
    return _handlers.get(kind)


def kinds() -> list[tuple[str, str]]:
    """Every kind with its title, for the choice of admins."""
    return sorted((handler.kind, handler.title) for handler in _handlers.values())
