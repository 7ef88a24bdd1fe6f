"""Which API keys an actor may see."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.models import ApiKey
from crm.roles import Action


def keys_of(*, actor: Actor) -> QuerySet[ApiKey]:
    """All keys for admins, their own tokens for others; `limited_to` names the branches."""
    actor.require(Action.USE_OWN_TOKENS)
    keys = ApiKey.objects.select_related("staff").annotate(
        limited_to=ArrayAgg(
            "branches__name", filter=Q(branches__isnull=False), order_by="branches__name"
        )
    )
    if actor.may(Action.MANAGE_API_KEYS):
        return keys
    return keys.filter(staff=actor.staff)
