"""Moving links of older systems here: ids only, with a report of how consistent the copies were.

What was decided here stands: a profile that has a living customer here, or that a person unlinked,
is left alone. A link to a customer who has vanished is matched anew by the copied phone and e-mail,
exactly; where that finds nobody the profile is kept without a customer and listed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import Customer, ProfileLink
from customers.profile_links.legacy_file import LegacyLink
from customers.services.legacy_customers import (
    contact_values,
    customers_meant,
    differences,
    found_again,
)
from customers.services.legacy_link_report import WORDS, LinkImportReport, LinkOutcome
from customers.services.match_profile import may_match
from customers.services.profile_link_writes import clean_profile, set_customer

BATCH = 500
LEGACY = "legacy"  # how, where the file does not say
NOTHING = "no_customer"


class _DryRun(Exception):
    """Takes back what a dry run wrote."""


def import_profile_links(
    *,
    actor: Actor,
    links: Iterable[LegacyLink],
    provider: str,
    system: str = "",
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> LinkImportReport:
    """Move the links, 500 in a transaction; doing it again changes nothing.

    `provider` names the profiles of rows that name none; `system` is where the older system's ids
    of customers stand among the external identities. Rows are told apart by their number.
    """
    actor.require(Action.IMPORT_CUSTOMERS)
    report = LinkImportReport(is_dry_run=dry_run)
    chosen = iter(_one_a_profile(links, provider, system, report))
    while batch := list(islice(chosen, BATCH)):
        try:
            with transaction.atomic():
                _batch(actor, batch, system, report)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        if on_progress is not None:
            on_progress(report.outcomes.total())
    return report


def _one_a_profile(
    links: Iterable[LegacyLink], provider: str, system: str, report: LinkImportReport
) -> list[LegacyLink]:
    """The row of each profile that counts: of conflicting ones that whose customer is here."""
    profiles: dict[tuple[str, str], list[LegacyLink]] = {}
    for link in links:
        report.rows += 1
        try:
            if link.fault:
                raise InvalidInput(link.fault)
            name = clean_profile(link.provider or provider, link.profile_id)
        except InvalidInput as error:
            report.outcomes[LinkOutcome.BAD] += 1
            report.note(link.row, error.message)
        else:
            known = replace(link, provider=name[0], profile_id=name[1])
            profiles.setdefault(name, []).append(known)
    report.profiles = len(profiles)
    several = [link for same in profiles.values() if len(same) > 1 for link in same]
    living = customers_meant(several, system=system)
    return [_best(same, living, report) for same in profiles.values()]


def _best(
    same: Sequence[LegacyLink], living: Mapping[int, UUID], report: LinkImportReport
) -> LegacyLink:
    best = next((one for one in same if one.is_matched and one.row in living), same[0])
    for link in same:
        if link is best:
            continue
        report.outcomes[LinkOutcome.DOUBLE] += 1
        if living.get(link.row) != living.get(best.row):
            what = f"Row {best.row} links the same profile to another customer, who is here."
            report.note(link.row, what)
    return best


def _batch(
    actor: Actor, batch: Sequence[LegacyLink], system: str, report: LinkImportReport
) -> None:
    matched = [link for link in batch if link.is_matched]
    meant = customers_meant(matched, system=system)
    again = {
        link.row: found
        for link in matched
        if link.row not in meant and (found := found_again(actor, link.copied)) is not None
    }
    meant |= {row: customer_id for row, (customer_id, _) in again.items()}
    # All customers before any link, by id (docs/locking.md).
    rows = Customer.objects.live().select_for_update(no_key=True).order_by("pk")
    live = {one.pk: one for one in rows.filter(pk__in=set(meant.values()))}
    values = contact_values(live)
    known = _locked_rows(actor, batch)
    for link in batch:
        customer = live.get(meant[link.row]) if link.row in meant else None
        method = again[link.row][1] if link.row in again else ""
        row = known[link.provider, link.profile_id]
        outcome = _move(actor, link, row, customer, method, report)
        report.outcomes[outcome] += 1
        if outcome in WORDS:
            code = customer.code if customer else ""
            report.note(link.row, WORDS[outcome], customer_code=code)
        if customer is not None and outcome in (LinkOutcome.MOVED, LinkOutcome.UNCHANGED):
            _compare(actor, link, customer, values.get(customer.pk, set()), report)


def _locked_rows(actor: Actor, batch: Sequence[LegacyLink]) -> dict[tuple[str, str], ProfileLink]:
    """The rows of all profiles of the batch; new ones are written."""
    ProfileLink.objects.bulk_create(
        [
            ProfileLink(company=actor.company, provider=link.provider, profile_id=link.profile_id)
            for link in batch
        ],
        ignore_conflicts=True,
    )
    rows = ProfileLink.objects.filter(
        provider__in={link.provider for link in batch},
        profile_id__in={link.profile_id for link in batch},
    )
    locked = rows.select_for_update(no_key=True).order_by("pk")
    return {(row.provider, row.profile_id): row for row in locked}


def _move(
    actor: Actor,
    link: LegacyLink,
    row: ProfileLink,
    customer: Customer | None,
    found_by: str,
    report: LinkImportReport,
) -> LinkOutcome:
    if customer is not None and row.customer_id == customer.pk:
        report.linked += 1
        return LinkOutcome.UNCHANGED
    if not may_match(row):
        report.linked += row.customer_id is not None
        return LinkOutcome.UNMATCHED if not link.is_matched else LinkOutcome.KEPT
    if customer is None:
        ProfileLink.objects.filter(pk=row.pk, match_method="").update(match_method=NOTHING)
        return LinkOutcome.STALE if link.is_matched else LinkOutcome.UNMATCHED
    set_customer(
        actor=actor,
        link=row,
        customer=customer,
        method=found_by or link.method or LEGACY,
        confidence=1.0 if found_by else link.confidence,
        by_human=False,
        linked_at=None if found_by else link.linked_at,
    )
    report.linked += 1
    report.guesses += not found_by and (link.confidence or 0) < 1
    return LinkOutcome.REMATCHED if found_by else LinkOutcome.MOVED


def _compare(
    actor: Actor,
    link: LegacyLink,
    customer: Customer,
    values: set[str],
    report: LinkImportReport,
) -> None:
    if not any(vars(link.copied).values()):
        return
    report.copies += 1
    different = differences(actor, link.copied, customer, values)
    report.consistent += not different
    if different:
        what = f"The copy has another {', '.join(different)} than the customer has now."
        report.note(link.row, what, customer_code=customer.code)
