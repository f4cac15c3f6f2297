"""What opinions contribute to the figures: late opinions."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.measures import FactCollector, History, MeasuredFact, Measures

from .models import Opinion


def _facts(opinion: Opinion, history: History) -> Iterable[MeasuredFact]:
    """Late until the opinion is given or no longer requested."""
    found = FactCollector(opinion.agency_id)
    waits = opinion.is_open and opinion.round.is_open
    ended = opinion.round.state_since if opinion.is_open else opinion.state_since
    found.late("opinion", opinion.due_at, None if waits else ended)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Opinion]:
    return Opinion.objects.filter(round__case__in=matters).select_related("round")


MEASURES = Measures(rows=_rows, matter=lambda opinion: opinion.round.case_id, facts=_facts)
