"""What the pages of a rule and of a finding show."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from cases.casefile.voyages import voyage_of

from .access import keeper
from .kinds import TESTS
from .looking import reason_of, what_would_change
from .models import RiskFinding, RiskRule
from .parameters import in_words
from .precision import precision_of

MOST = 50  # findings on the page of a rule


def rule_parts(rule: RiskRule, actor: Actor, params: QueryDict) -> dict[str, Any]:
    same = RiskRule.objects.visible_to(actor).filter(agency=rule.agency_id, code=rule.code)
    versions = list(same.select_related("agency").order_by("-number"))
    found = RiskFinding.objects.visible_to(actor).filter(rule=rule).select_related("rule", "case", "shipment")
    return {
        "explains": TESTS[rule.kind].explains,
        "terms": in_words(rule.kind, rule.parameters),
        "versions": versions,
        "precision": precision_of([rule], actor),
        "precision_of_all": precision_of(versions, actor) if len(versions) > 1 else None,
        "findings": [in_reader_words(one) for one in found.order_by("-created_at", "pk")[:MOST]],
        "keeps": keeper(actor, rule),
        "events": timeline(actor, rule),
    }


def finding_parts(finding: RiskFinding, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {
        "reason": reason_of(finding.rule, finding.facts),
        "change": what_would_change(finding.rule, finding.facts),
        "terms": in_words(finding.rule.kind, finding.rule.parameters),
        "explains": TESTS[finding.rule.kind].explains,
        "voyage": voyage_of(finding.shipment),
        "events": timeline(actor, finding),
    }


def in_reader_words(finding: Any) -> Any:
    """The finding with its `reason` and what would change it (`change`), in the reader's language."""
    finding.reason = reason_of(finding.rule, finding.facts)
    finding.change = what_would_change(finding.rule, finding.facts)
    return finding
