"""Rule sets: drafted as a new version, tried without writing, activated for everybody at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import Company
from crm.roles import Action
from scoring.models import Band, RuleSet, ScoreCause
from scoring.services import score_functions

ACTIVATED = "scoring.rules_activated"
POINTS = 5
MOST_DAYS, MOST_WEIGHT = 36_500, 100
FIELDS = (
    "name", "recency_days", "frequency", "monetary", "weight_recency", "weight_frequency",
    "weight_monetary", "hot_from", "warm_from", "cool_from", "active_days", "dormant_days",
    "new_days", "shows_quintiles",
)  # fmt: skip
# What each preview counts: band now, band then. Nothing is written.
_PREVIEW = """
SELECT held.band, worth.band, count(*)
  FROM scoring_engagement held,
       LATERAL score_of(held.company_id, NULL, held.orders, held.net, held.last_order_at, %s) worth
 WHERE held.company_id = %s AND held.is_live
 GROUP BY held.band, worth.band
"""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many live customers would go from one band to another, or stay."""

    moves: Mapping[tuple[str, str], int]

    @property
    def moving(self) -> int:
        """Customers who would change bands."""
        return sum(count for (before, after), count in self.moves.items() if before != after)

    def after(self, band: str) -> int:
        """Customers who would be in this band."""
        return sum(count for (_, to), count in self.moves.items() if to == band)


@transaction.atomic
def draft_rules(*, actor: Actor, values: Mapping[str, Any]) -> RuleSet:
    """Keep a new version that is not in force yet; what `values` leaves out is as the active one's.

    Raises InvalidInput with a message for each field that is wrong.
    """
    actor.require(Action.MANAGE_SCORING)
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise InvalidInput(f"Rules have no {', '.join(sorted(unknown))}.")
    # One after the other, so that two drafts get two numbers.
    Company.objects.select_for_update(no_key=True, of=("self",)).filter(pk=actor.company.pk).first()
    base = RuleSet.objects.filter(company=actor.company, is_active=True).first() or RuleSet()
    newest = RuleSet.objects.filter(company=actor.company).aggregate(n=Max("version"))["n"] or 0
    rules = RuleSet(
        company=actor.company,
        version=newest + 1,
        created_by=actor.name,
        **({name: getattr(base, name) for name in FIELDS} | dict(values)),
    )
    check_rules(rules)
    rules.save(force_insert=True)
    audit.record(
        actor=actor,
        action="ruleset.drafted",
        subject=rules,
        new={name: getattr(rules, name) for name in FIELDS},
    )
    return rules


def check_rules(rules: RuleSet) -> None:
    """Raise InvalidInput unless every number of points and every band can be reached."""
    wrong: dict[str, str] = {}
    _check_limits(wrong, "recency_days", rules.recency_days, rising=True, least=0)
    _check_limits(wrong, "frequency", rules.frequency, rising=False, least=1)
    _check_limits(wrong, "monetary", rules.monetary, rising=False, least=Decimal("0.01"))
    weights = (rules.weight_recency, rules.weight_frequency, rules.weight_monetary)
    for name, weight in zip(
        ("weight_recency", "weight_frequency", "weight_monetary"), weights, strict=True
    ):
        if not 0 <= weight <= MOST_WEIGHT:
            wrong[name] = f"Between 0 and {MOST_WEIGHT}."
    lowest, highest = sum(weights), POINTS * sum(weights)
    if lowest == 0:
        wrong["weight_recency"] = "At least one weight is above 0."
    if not rules.hot_from > rules.warm_from > rules.cool_from:
        wrong["warm_from"] = "Hot begins above warm, and warm above cool."
    elif lowest and not (lowest < rules.cool_from and rules.hot_from <= highest):
        wrong["cool_from"] = (
            f"With these weights scores go from {lowest} to {highest}: cool begins above {lowest}, "
            f"hot at {highest} or lower."
        )
    if rules.dormant_days <= rules.active_days:
        wrong["dormant_days"] = "Dormant begins after active has ended."
    for name in ("active_days", "dormant_days", "new_days"):
        if not 0 <= getattr(rules, name) <= MOST_DAYS:
            wrong[name] = f"Between 0 and {MOST_DAYS} days."
    if wrong:
        raise InvalidInput("These rules cannot be used.", fields=wrong)


def preview_rules(*, actor: Actor, rule_set_id: UUID) -> Preview:
    """What activating a version would do to the bands; one statement that writes nothing."""
    actor.require(Action.MANAGE_SCORING)
    rules = _find(actor, rule_set_id)
    with connection.cursor() as cursor:
        cursor.execute(_PREVIEW, [rules.pk, actor.company.pk])
        rows = cursor.fetchall()
    moves = {(before, after): 0 for before in Band.values for after in Band.values}
    moves |= {(before, after): count for before, after, count in rows}
    return Preview(moves=moves)


@transaction.atomic
def activate_rules(*, actor: Actor, rule_set_id: UUID) -> int:
    """Score everybody by this version from now on; returns how many rows changed.

    The version before stays readable and can be activated again. Writers of the company's orders
    wait until the commit. Raises NotFound, and Conflict when the version is in force already.
    """
    actor.require(Action.MANAGE_SCORING)
    Company.objects.select_for_update(no_key=True, of=("self",)).filter(pk=actor.company.pk).first()
    rules = _find(actor, rule_set_id)
    if rules.is_active:
        raise Conflict(f"Version {rules.version} is in force already.")
    check_rules(rules)
    before = RuleSet.objects.filter(company=actor.company, is_active=True).first()
    RuleSet.objects.filter(company=actor.company, is_active=True).update(is_active=False)
    rules.is_active, rules.activated_at = True, timezone.now()
    rules.save(update_fields=["is_active", "activated_at", "updated_at"])
    changed = score_functions.score_company(ScoreCause.RULES)
    audit.record(
        actor=actor,
        action="ruleset.activated",
        subject=rules,
        old={"version": before.version if before else None},
        new={"version": rules.version, "changed_scores": changed},
    )
    outbox.publish(actor=actor, topic=ACTIVATED, payload={"rule_set_id": rules.pk})
    return changed


def _find(actor: Actor, rule_set_id: UUID) -> RuleSet:
    rules = RuleSet.objects.filter(company=actor.company, pk=rule_set_id).first()
    if rules is None:
        raise NotFound
    return rules


def _check_limits(
    wrong: dict[str, str], name: str, limits: Sequence[Any], *, rising: bool, least: Any
) -> None:
    """Four limits, for 5, 4, 3 and 2 points, each really further than the one before."""
    most = MOST_DAYS if name == "recency_days" else 10**9
    if len(limits) != POINTS - 1 or any(limit is None for limit in limits):
        wrong[name] = "Four limits: for 5, 4, 3 and 2 points."
        return
    ordered = list(limits) if rising else list(reversed(limits))
    if any(a >= b for a, b in pairwise(ordered)):
        wrong[name] = (
            "Each limit is longer than the one before." if rising
            else "Each limit is lower than the one before."
        )  # fmt: skip
    elif ordered[0] < least or ordered[-1] > most:
        wrong[name] = f"Limits lie between {least} and {most}."
