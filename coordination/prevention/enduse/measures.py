"""What findings of military end use contribute to the figures."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import FactCollector, Form, History, MeasuredFact, Measures, Metric, stays

from .models import EndUseFinding


def _facts(finding: EndUseFinding, history: History) -> Iterable[MeasuredFact]:
    """A finding counts on the day of its last conclusion. It is open until it is concluded, and while it is to be read
    again."""
    found = FactCollector(finding.agency_id)
    for stay in stays(history):
        if stay.state in EndUseFinding.OPEN_STATES:
            found.stock("end_uses", stay.began, stay.ended)
    if finding.is_open:
        found.stock("end_uses", finding.state_since, None)
    if finding.concluded_at is not None:
        found.count(f"end_uses.{finding.conclusion}", finding.concluded_at)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[EndUseFinding]:
    return EndUseFinding.objects.filter(case__in=matters)


MEASURES = Measures(
    rows=_rows,
    matter=lambda finding: finding.case_id,
    facts=_facts,
    figures=(
        Metric(
            key="end_uses_established",
            name=_("Military end use established"),
            definition=_("Findings whose last conclusion is that military end use is established, by its day."),
            measures=("end_uses.established",),
        ),
        Metric(
            key="end_uses_indicated",
            name=_("Military end use indicated"),
            definition=_("Findings whose last conclusion is that military end use is indicated, by its day."),
            measures=("end_uses.indicated",),
        ),
        Metric(
            key="end_uses_none",
            name=_("No military end use found"),
            definition=_("Findings whose last conclusion is that there is no military end use, by its day."),
            measures=("end_uses.none",),
        ),
        Metric(
            key="end_uses_open",
            name=_("Findings of military end use to be concluded"),
            definition=_("Findings to be concluded or read again at the end of the last day."),
            form=Form.STOCK,
            measures=("end_uses.stock",),
        ),
    ),
)
