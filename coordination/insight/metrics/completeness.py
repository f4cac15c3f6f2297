"""How complete the figures of recent days usually are: acts are recorded some days after they happened."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min

from .models import Fact

SETTLED, SPAN = timedelta(weeks=4), timedelta(weeks=17)  # the days ago from which, and until which, facts are compared
ENOUGH = 30  # of fewer facts, a share says too little


def usually_recorded(
    measures: Collection[str], periods: Sequence[tuple[date, date]], today: date, agency_id: int | None = None
) -> list[Decimal | None]:
    """For each period (days, both included) the share of the facts of such days that is usually recorded by `today`,
    from 0 to 1: what was recorded within as many days, of the facts of 13 weeks before the last four. None of few
    facts, and while the record itself is younger than those. One query; of one agency or all."""
    facts = Fact.objects.filter(
        measure__in=measures, day__gte=today - SPAN, day__lt=today - SETTLED, shared=False, restricted=False
    )
    facts = facts if agency_id is None else facts.filter(agency_id=agency_id)
    after = ExpressionWrapper(F("recorded") - F("day"), DurationField())
    counted = facts.order_by().annotate(after=after).values_list("after")
    rows = list(counted.annotate(number=Count("*"), begun=Min("recorded")))
    delays = {after.days: number for after, number, _begun in rows}
    total = sum(delays.values())
    if total < ENOUGH or min(begun for _after, _number, begun in rows) > today - SPAN + SETTLED:
        return [None] * len(periods)
    return [_share(delays, total, first, min(last, today), today) for first, last in periods]


def _share(delays: dict[int, int], total: int, first: date, last: date, today: date) -> Decimal:
    """The mean of its days."""
    youngest, oldest = (today - last).days, (today - first).days
    recorded = sum(number * max(0, oldest + 1 - max(delay, youngest)) for delay, number in delays.items())
    return Decimal(recorded) / (total * (oldest + 1 - youngest))
