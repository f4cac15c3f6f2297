"""What findings contribute to the figures. Those of a rule of an agency count for this agency and the centre alone."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import FactCollector, Form, History, MeasuredFact, Measures, Metric

from .models import RiskFinding


def _facts(finding: Any, history: History) -> Iterable[MeasuredFact]:
    agency_id = finding.case.lead_id if finding.rule.is_for_all else finding.rule.agency_id
    found = FactCollector(agency_id)
    found.count("risk.found", finding.created_at)
    if finding.verdict:
        found.count("risk.judged", finding.verdict_at)
    if finding.verdict == RiskFinding.Verdict.USEFUL:
        found.count("risk.useful", finding.verdict_at)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    return RiskFinding.objects.filter(case__in=matters).select_related("case", "rule__agency")


def _related(matters: Collection[UUID]) -> Iterable[UUID]:
    """A finding has a journal of its own; its facts are those of its case."""
    return RiskFinding.objects.filter(pk__in=matters).values_list("case", flat=True)


MEASURES = Measures(
    rows=_rows,
    facts=_facts,
    related=_related,
    figures=(
        Metric(
            key="risk_findings",
            name=_("Findings of risk rules"),
            definition=_("Shipments that met a rule about the way of goods, each once for a version of the rule."),
            measures=("risk.found",),
        ),
        Metric(
            key="risk_useful",
            name=_("Useful findings of risk rules"),
            definition=_("Of the findings on which a person gave a verdict in the period, those found useful."),
            form=Form.SHARE,
            measures=("risk.useful",),
            of=("risk.judged",),
            better="up",
        ),
    ),
)
