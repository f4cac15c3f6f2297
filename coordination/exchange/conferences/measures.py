"""What conferences contribute to the figures: minutes that are missing."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.measures import FactCollector, History, MeasuredFact, Measures

from .models import TO_WRITE_MINUTES, Conference


def _facts(conference: Conference, history: History) -> Iterable[MeasuredFact]:
    """Late until the caller has written the minutes or cancelled."""
    found = FactCollector(conference.agency_id)
    called = Conference.State.CALLED
    left = max((one.happened_at for one in history if one.from_state == called), default=conference.state_since)
    found.late("conference", conference.starts_at + TO_WRITE_MINUTES, None if conference.state == called else left)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Conference]:
    return Conference.objects.filter(case__in=matters)


MEASURES = Measures(rows=_rows, facts=_facts)
