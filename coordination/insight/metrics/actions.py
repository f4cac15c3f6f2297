"""Precomputes the figures of the supervisor's page, and the pairs of the daily brief.

Always recomputed in full, never updated by single actions: an error would persist, while corrections, annulments and
passed deadlines are included automatically.
"""

from datetime import timedelta
from time import monotonic

from agencies.kernel import times
from agencies.kernel.work import atomic
from coordination.insight.briefing.pairs import counted_pairs

from .definitions import CENTRE, Month, counted_for_agencies, counted_for_centre
from .durations import median_rows
from .models import Snapshot


def count_ahead(*, at_once: bool = False) -> bool:
    """Computes the figures if due. Returns whether it did. If two workers run at once, the later result is kept."""
    last, now = Snapshot.newest(), times.now()
    if last and not last.is_due_again and not at_once:
        return False
    began, month = monotonic(), Month.of(now)
    for_centre, for_agencies = list(counted_for_centre(month)), list(counted_for_agencies(month))
    longest = {"longest_for_centre": median_rows(now, CENTRE), "longest_for_agencies": median_rows(now)}
    pairs = counted_pairs(CENTRE, now)
    took = timedelta(seconds=monotonic() - began)
    with atomic():
        Snapshot.objects.create(
            taken_at=now,
            took=took,
            for_centre=for_centre,
            for_agencies=for_agencies,
            pairs_for_centre=pairs,
            **longest,
        )
        Snapshot.objects.filter(taken_at__lt=now).delete()
    return True
