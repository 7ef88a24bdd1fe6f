"""Who takes part in a merge: there, alive, and of the versions that were seen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from crm.errors import Conflict, InvalidInput, NotFound, StaleVersion
from customers.models import Customer
from customers.models.customer import RecordState

FEWEST = 2
MOST = 50


def require_number(customer_ids: Sequence[UUID]) -> None:
    """From two to fifty different records. Raises InvalidInput `same`, `too_few`, `too_many`."""
    if len(set(customer_ids)) < len(customer_ids):
        raise InvalidInput("A record cannot be merged with itself.", code="same")
    if len(customer_ids) < FEWEST:
        raise InvalidInput("Choose two records at least.", code="too_few")
    if len(customer_ids) > MOST:
        raise InvalidInput(f"At most {MOST} records are merged at once.", code="too_many")


def live_records(customer_ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, Customer]:
    """The records of these ids, in the order of the ids.

    With `lock` they are taken in the order of their ids, and so that nobody can even add a row
    that refers to them until the transaction ends: rows in flight are waited for and then seen.
    Raises NotFound, and Conflict `merged` (details `customer_id`, `merged_into`) or `deleted`.
    """
    rows = Customer.objects.filter(pk__in=customer_ids).order_by("pk")
    found = {one.pk: one for one in (rows.select_for_update() if lock else rows)}
    for pk in customer_ids:
        if pk not in found:
            raise NotFound
        _require_live(found[pk])
    return {pk: found[pk] for pk in customer_ids}


def _require_live(customer: Customer) -> None:
    if customer.record_state == RecordState.MERGED:
        raise Conflict(
            f"{customer} is part of another customer already. Merge with that one.",
            code="merged",
            details={"customer_id": customer.pk, "merged_into": customer.merged_into_id},
        )
    if customer.record_state == RecordState.DELETED:
        raise Conflict(
            f"{customer} was deleted. Restore the record first.",
            code="deleted",
            details={"customer_id": customer.pk},
        )


def require_versions(records: Mapping[UUID, Customer], versions: Mapping[UUID, int]) -> None:
    """Refuse when somebody changed a record since it was seen. Raises StaleVersion `stale`."""
    changed = [one for pk, one in records.items() if pk in versions and one.version != versions[pk]]
    if changed:
        names = ", ".join(str(one) for one in changed)
        raise StaleVersion(
            f"Changed by somebody in the meantime: {names}. Look at the records again.",
            code="stale",
            details={"customer_ids": [one.pk for one in changed]},
        )
