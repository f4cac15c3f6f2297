"""Counting ahead, so that the supervisor's page need not.

All of it each time, and never moved by single acts: a number that was once added wrongly would stay wrong, while a
correction, an annulment or a deadline that passes is in the next counting by itself.
"""

from datetime import timedelta
from time import monotonic

from django.db import transaction

from agencies.kernel import times

from .durations import middles
from .figures import CENTRE, Month, counted_for_centre, counted_for_organs
from .models import Tally


def count_ahead(*, at_once: bool = False) -> bool:
    """Counts, if it is time. Where two workers do it at once, the later counting stands."""
    last, now = Tally.newest(), times.now()
    if last and not last.is_due_again and not at_once:
        return False
    began, month = monotonic(), Month.of(now)
    for_centre, for_organs = list(counted_for_centre(month)), list(counted_for_organs(month))
    longest = {"longest_for_centre": middles(now, CENTRE), "longest_for_organs": middles(now)}
    took = timedelta(seconds=monotonic() - began)
    with transaction.atomic():
        Tally.objects.create(taken_at=now, took=took, for_centre=for_centre, for_organs=for_organs, **longest)
        Tally.objects.filter(taken_at__lt=now).delete()
    return True
