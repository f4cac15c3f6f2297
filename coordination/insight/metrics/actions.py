"""Counting ahead, so that the supervisor's page need not.

All of it each time, and never moved by single acts: a number that was once added wrongly would stay wrong, while a
correction, an annulment or a deadline that passes is in the next counting by itself.
"""

from datetime import timedelta
from time import monotonic

from django.db import transaction

from agencies.kernel import times

from .definitions import CENTRE, Month, counted_for_agencies, counted_for_centre
from .durations import middles
from .models import Snapshot


def count_ahead(*, at_once: bool = False) -> bool:
    """Counts, if it is time. Where two workers do it at once, the later counting stands."""
    last, now = Snapshot.newest(), times.now()
    if last and not last.is_due_again and not at_once:
        return False
    began, month = monotonic(), Month.of(now)
    for_centre, for_agencies = list(counted_for_centre(month)), list(counted_for_agencies(month))
    longest = {"longest_for_centre": middles(now, CENTRE), "longest_for_agencies": middles(now)}
    took = timedelta(seconds=monotonic() - began)
    with transaction.atomic():
        Snapshot.objects.create(taken_at=now, took=took, for_centre=for_centre, for_agencies=for_agencies, **longest)
        Snapshot.objects.filter(taken_at__lt=now).delete()
    return True
