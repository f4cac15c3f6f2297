"""What screening matches contribute to the figures."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import FactCollector, Form, History, MeasuredFact, Measures, Metric

from .models import Match

S = Match.State


def _facts(match: Match, history: History) -> Iterable[MeasuredFact]:
    """A match counts on the day on which it was found; its verdict in force on the day of the verdict."""
    found = FactCollector(match.holder_id)
    found.count("matches.found", match.created_at)
    found.stock("matches", match.created_at, None if match.is_open else match.state_since)
    if match.verdict:
        found.count("matches.decided", match.decided_at)
        if match.verdict == S.SAME:
            found.count("matches.confirmed", match.decided_at)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Match]:
    """Matches with own lists are left out: a figure would show other agencies how many there are."""
    rows = Match.objects.filter(Q(case__in=matters) | Q(lead__in=matters), listing__owner=None)
    return rows.select_related("case", "lead", "listing__owner")


MEASURES = Measures(
    rows=_rows,
    matter=lambda match: match.case_id or match.lead_id,
    facts=_facts,
    figures=(
        Metric(
            key="screening_matches_found",
            name=_("Screening matches found"),
            definition=_("Parties of cases and leads that may be on a published list, found in the period."),
            measures=("matches.found",),
        ),
        Metric(
            key="screening_matches_decided",
            name=_("Screening matches decided"),
            definition=_("Matches of which a person decided in the period whether both sides are the same."),
            measures=("matches.decided",),
        ),
        Metric(
            key="screening_matches_confirmed",
            name=_("Share of screening matches confirmed"),
            definition=_("Of the matches decided in the period, those found to be the same."),
            form=Form.SHARE,
            measures=("matches.confirmed",),
            of=("matches.decided",),
        ),
        Metric(
            key="screening_matches_open",
            name=_("Screening matches to be compared"),
            definition=_("Matches without a verdict at the end of the last day."),
            form=Form.STOCK,
            measures=("matches.stock",),
        ),
    ),
)
