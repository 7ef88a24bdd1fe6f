"""What a customer agrees to now, derived from the ledger."""

from uuid import UUID

from customers.models import ConsentEvent


def current_consent(*, customer_id: UUID) -> list[ConsentEvent]:
    """The newest line of each channel; a channel that was never asked about has none."""
    return list(
        ConsentEvent.objects.filter(customer_id=customer_id)
        .order_by("channel", "-happened_at", "-id")
        .distinct("channel")
    )
