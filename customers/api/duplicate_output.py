"""A likely duplicate as the API shows it."""

from typing import Any

from rest_framework import serializers

from customers.models.duplicate import CandidateState, PairRelation, Verdict
from customers.selectors.alike_pairs import AlikePair, RecordFacts


class PairSideOut(serializers.Serializer[Any]):
    """One of the two records."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField()
    phones = serializers.ListField(child=serializers.CharField())
    emails = serializers.ListField(child=serializers.CharField())
    city = serializers.CharField()
    postcode = serializers.CharField()
    birthday = serializers.DateField(allow_null=True)
    profile_links = serializers.IntegerField(help_text="How many app profiles.")
    household_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()


class EvidenceOut(serializers.Serializer[Any]):
    """What one comparison says: for (positive) or against (negative) one person."""

    field = serializers.CharField()
    bits = serializers.FloatField()
    words = serializers.CharField()


class VerdictOut(serializers.Serializer[Any]):
    """The verdict that stands."""

    verdict = serializers.ChoiceField(Verdict.choices)
    decided_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    reason = serializers.CharField()


class DuplicateOut(serializers.Serializer[Any]):
    """Two records that may be one person."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(CandidateState.choices)
    relation = serializers.ChoiceField(PairRelation.choices)
    bits = serializers.FloatField(help_text="log2 of the odds that both are one person.")
    probability = serializers.FloatField()
    found_at = serializers.DateTimeField()
    left = PairSideOut()
    right = PairSideOut()
    evidence = EvidenceOut(many=True, help_text="What counts most first.")
    verdict = VerdictOut(allow_null=True)


def pair_data(pair: AlikePair) -> dict[str, Any]:
    """A pair with all that is known of it."""
    verdict = pair.decision and {
        "verdict": pair.decision.verdict,
        "decided_at": pair.decision.decided_at,
        "decided_by": pair.decision.decided_by,
        "reason": pair.decision.reason,
    }
    return {
        "id": pair.candidate.pk,
        "state": pair.candidate.state,
        "relation": pair.candidate.relation,
        "bits": pair.candidate.bits,
        "probability": pair.probability,
        "found_at": pair.candidate.found_at,
        "left": _side(pair.left),
        "right": _side(pair.right),
        "evidence": [
            {"field": one.field, "bits": one.bits, "words": one.words} for one in pair.evidence
        ],
        "verdict": verdict,
    }


def _side(facts: RecordFacts) -> dict[str, Any]:
    return {
        "id": facts.customer.pk,
        "code": facts.customer.code,
        "full_name": facts.customer.full_name,
        "phones": [point.value for point in facts.phones],
        "emails": [point.value for point in facts.emails],
        "city": facts.customer.city,
        "postcode": facts.customer.postcode,
        "birthday": facts.customer.birthday,
        "profile_links": len(facts.profile_links),
        "household_id": facts.household_id,
        "version": facts.customer.version,
    }
