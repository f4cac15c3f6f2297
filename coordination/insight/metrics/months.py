"""Sums of facts by month as the centre counts them, so that long periods of all agencies are read quickly.

They are summed up again in the transaction that changes the facts, for the months, measures and agencies that changed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, Sum, Value, When

from agencies.kernel.measures import LATE

from .models import Fact, Month

A_DAY = timedelta(days=1)
AT_ONCE = 1_000  # rows of one statement
OF_PERSONS = "officer"  # a label that the centre does not see
IS_LATE = Q(measure=LATE) | Q(measure__startswith=f"{LATE}.")  # its bucket is a millisecond and no duration

Days = tuple[date, date]


class ChangedMonth(NamedTuple):
    """Facts of a measure in a month at an agency, some of which changed."""

    measure: str
    month: date
    agency_id: int


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def sum_up(changed: Iterable[ChangedMonth]) -> None:
    by_month = defaultdict[date, list[ChangedMonth]](list)
    for one in changed:
        by_month[one.month].append(one)
    for month, some in by_month.items():
        _sum_up_month(month, {one.measure for one in some}, {one.agency_id for one in some})


def sum_up_all() -> None:
    Month.objects.all().delete()
    for month in Fact.objects.dates("day", "month"):
        of_month = Fact.objects.filter(day__gte=month, day__lt=next_month(month))
        measures = set(of_month.values_list("measure", flat=True).distinct())
        _sum_up_month(month, measures, set(of_month.values_list("agency_id", flat=True).distinct()))


def _sum_up_month(month: date, measures: Collection[str], agencies: Collection[int]) -> None:
    changed = {"measure__in": measures, "agency_id__in": agencies}
    Month.objects.filter(month=month, **changed).delete()
    Month.objects.bulk_create(_months(month, **changed), batch_size=AT_ONCE)


def differing_month() -> int:
    """How many sums of a random month differ from those of its facts."""
    month = Fact.objects.order_by("?").values_list("day", flat=True).first()
    if month is None:
        return Month.objects.count()
    first = month.replace(day=1)
    stored, derived = (Counter(map(_sums, some)) for some in (Month.objects.filter(month=first), _months(first)))
    return (stored - derived).total() + (derived - stored).total()


def _sums(one: Month) -> tuple[Any, ...]:
    return tuple(getattr(one, field.attname) for field in Month._meta.concrete_fields if not field.primary_key)


def _months(month: date, **changed: Collection[Any]) -> Iterator[Month]:
    """The sums of a month, of all its facts or of those with these columns."""
    facts = Fact.objects.filter(day__gte=month, day__lt=next_month(month), shared=False, restricted=False, **changed)
    whole = facts.annotate(dimension=Value(""), value=Value(""))
    labelled = facts.annotate(dimension=F("label_set__labels__dimension"), value=F("label_set__labels__value"))
    lasting = Case(When(IS_LATE, then=Value(-1)), default=F("bucket"))
    columns = ("measure", "agency_id", "dimension", "value", "lasting")
    for rows in (whole, labelled.filter(dimension__isnull=False).exclude(dimension=OF_PERSONS)):
        grouped = rows.order_by().annotate(lasting=lasting).values(*columns).annotate(sum_n=Sum("n"), of=Sum("amount"))
        for row in grouped.filter(~Q(sum_n=0) | ~Q(of=0)):
            same = {name: row[name] for name in columns[:-1]}
            yield Month(month=month, bucket=row["lasting"], n=row["sum_n"], amount=row["of"], **same)


def split(first: date, last: date, until: date | None = None) -> tuple[list[Days], list[Days]]:
    """The days of a period outside its whole months, and its whole months. What is counted `until` a moment of a day
    reads the month of that day by its days."""
    begin = first if first.day == 1 else next_month(first)
    end = (last + A_DAY if until is None else min(last + A_DAY, until)).replace(day=1)
    if begin >= end:
        return [(first, last)], []
    days = [(first, begin - A_DAY), (end, last)]
    return [one for one in days if one[0] <= one[1]], [(begin, end - A_DAY)]
