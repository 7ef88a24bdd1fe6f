"""Whether anybody uses a customer: what an undone import made and others work with stays.

Apps that hold rows of customers name theirs (`register_use`); who merely looked at a card, and what
the program worked out by itself, is no use.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from crm.models import AuditEvent
from customers.models import (
    ConsentEvent,
    Customer,
    CustomerTag,
    Note,
    ProfileLink,
    StageChange,
)

Use = Callable[[Collection[UUID]], Collection[UUID]]
_uses: list[Use] = []
LOOKED = "customer.viewed"


def register_use(use: Use) -> None:
    """Let `use` say which of some customers an app's rows refer to; called in `ready()`."""
    if use not in _uses:
        _uses.append(use)


def used_customers(
    ids: Collection[UUID], *, ignoring: Collection[str], own_rows: Collection[UUID | int] = ()
) -> set[UUID]:
    """Which of these customers others have used or changed.

    `ignoring` are the names of actors whose changes do not count, `own_rows` the ids of contact
    points, notes and tags that do not.
    """
    if not ids:
        return set()
    own_ids = [one for one in own_rows if isinstance(one, UUID)]
    own_numbers = [one for one in own_rows if isinstance(one, int)]
    used: set[UUID] = set()
    for rows in (
        Note.objects.exclude(pk__in=own_ids),
        CustomerTag.objects.exclude(pk__in=own_numbers),
        ConsentEvent.objects.all(),
        ProfileLink.objects.all(),
        StageChange.objects.exclude(changed_by__startswith="stage rule"),
    ):
        mine = rows.filter(customer_id__in=ids).order_by()
        used.update(mine.values_list("customer_id", flat=True).distinct())
    for use in _uses:
        used.update(use(ids))
    touched = (
        AuditEvent.objects.filter(
            subject_type=Customer._meta.label_lower, subject_id__in=[str(one) for one in ids]
        )
        .exclude(actor_name__in=ignoring)
        .exclude(action=LOOKED)
        .exclude(actor_name__startswith="stage rule")
        .values_list("subject_id", flat=True)
    )
    return used | {UUID(subject_id) for subject_id in touched}
