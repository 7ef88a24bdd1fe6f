"""What tells of the whole company at once is not for a key of some branches."""

from crm.actors import Actor
from crm.errors import Forbidden


def require_whole_company(actor: Actor) -> None:
    """Raises Forbidden `branch_limited`."""
    if actor.key_branch_ids is not None:
        raise Forbidden(
            "This tells of all branches, and the API key is limited to some.",
            code="branch_limited",
        )
