"""Words that staff hang on customers."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import CustomerTag, Tag
from customers.services.customer_fields import clean_line
from customers.services.live_customer import require_live_customer

MOST_TAGS = 50


@transaction.atomic
def set_tags(*, actor: Actor, customer_id: UUID, names: Iterable[str]) -> list[Tag]:
    """The customer has exactly these tags now; new words are made, upper and lower case are one.

    Raises InvalidInput at `tags`, NotFound, and Conflict for a merged or deleted customer.
    """
    actor.require(Action.EDIT_CUSTOMER)
    wanted = clean_names(names)
    customer = require_live_customer(customer_id, lock=True)
    before = list(Tag.objects.filter(customertag__customer=customer).order_by("name"))
    tags = tags_of_names(actor, wanted)
    gone = {tag.pk for tag in before} - {tag.pk for tag in tags}
    new = {tag.pk for tag in tags} - {tag.pk for tag in before}
    if not gone and not new:
        return before
    CustomerTag.objects.filter(customer=customer, tag_id__in=gone).delete()
    CustomerTag.objects.bulk_create(
        [CustomerTag(company=actor.company, customer=customer, tag_id=pk) for pk in sorted(new)],
        ignore_conflicts=True,
    )
    audit.record(
        actor=actor,
        action="customer.tagged",
        subject=customer,
        old={"tags": [tag.name for tag in before]},
        new={"tags": [tag.name for tag in tags]},
    )
    outbox.publish(
        actor=actor,
        topic="customer.updated",
        payload={"customer_id": customer.pk, "changed": ["tags"]},
    )
    return tags


def clean_names(names: Iterable[str]) -> list[str]:
    """The words, each once (the first spelling wins). Raises InvalidInput at `tags`."""
    cleaned: dict[str, str] = {}
    for name in names:
        word = clean_line("tags", name)
        if word:
            cleaned.setdefault(word.lower(), word)
    if len(cleaned) > MOST_TAGS:
        raise InvalidInput.field("tags", f"A customer has at most {MOST_TAGS} tags.")
    return list(cleaned.values())


def tags_of_names(actor: Actor, names: Iterable[str]) -> list[Tag]:
    """The company's tags of these words, made where missing, by name."""
    names = sorted(names, key=str.lower)
    # The database folds the words itself: Python folds a few letters otherwise.
    folded = [Lower(Value(name)) for name in names]
    tags = Tag.objects.annotate(folded=Lower("name")).filter(folded__in=folded).order_by("name")
    if tags.count() < len(names):
        # The unique key on the folded word settles two people adding it at once.
        Tag.objects.bulk_create(
            [Tag(company=actor.company, name=name) for name in names], ignore_conflicts=True
        )
    return list(tags.all())
