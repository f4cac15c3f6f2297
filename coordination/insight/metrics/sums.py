"""Sums of facts for many questions at once: one statement for all that differ by measures, periods and values only."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Literal, NamedTuple

from django.db.models import BigIntegerField, F, FilteredRelation, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth, TruncWeek

from .models import Fact, Label, Month
from .months import A_DAY, OF_PERSONS, Days, split
from .restricting import Reader

BEGINNING = date(1990, 1, 1)
NOTHING = Value(None, BigIntegerField())  # the sum of a period without days
STARTS: Mapping[str, Callable[[str], Any]] = {"day": F, "week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True)
class Need:
    """Facts of some measures in a period of days.

    `by` is the label that divides them, `only` are labels that they must have. `times`: each day, week or month
    separately. `until`: a day and a millisecond in it, from which on facts do not count yet. `durations`: each duration
    separately; `lasted`: only those from so many days to so many (None: any more). `agencies`: each agency separately.
    `own`: an agency's own figures, else the centre's.
    """

    measures: tuple[str, ...]
    first: date
    last: date
    by: str
    only: tuple[tuple[str, str], ...]
    times: Literal["", "day", "week", "month"]
    until: tuple[date, int] | None
    durations: bool
    lasted: tuple[int, int | None] | None
    agencies: bool
    agency_id: int | None
    own: bool


class Part(NamedTuple):
    """A sum: of one value of the label, at one agency, from a day on, with a duration in days. 0, "" and -1 where the
    need does not divide."""

    value: str
    agency_id: int
    at: date
    bucket: int
    n: int
    amount: int
    shared: int


@dataclass(frozen=True)
class Shape:
    """What needs have in common that one statement sums up. They differ by measures, period, agency and the values of
    the labels `names`; `fixed` are labels that all of them have. `is_to_date`: the period has no beginning."""

    by: str
    fixed: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    times: Literal["", "day", "week", "month"]
    until: tuple[date, int] | None
    durations: bool
    lasted: tuple[int, int | None] | None
    agencies: bool
    is_of_agency: bool
    is_to_date: bool
    own: bool


def parts_of(needs: Sequence[Need], reader: Reader) -> list[list[Part]]:
    """The sums for each need."""
    alike = defaultdict[Shape, list[Need]](list)
    for need in dict.fromkeys(needs):
        alike[_shape_of(need)].append(need)
    found = defaultdict[Need, list[Part]](list)
    for shape, some in alike.items():
        for need, part in _sums_of(shape, some, reader):
            found[need].append(part)
    return [found[need] for need in needs]


def _shape_of(need: Need) -> Shape:
    """A part of the route such as `destination:`, and the label that divides too, are conditions of their own."""
    fixed = tuple(one for one in need.only if one[1].endswith(":") or one[0] == need.by)
    names = tuple(name for name, value in need.only if (name, value) not in fixed)
    same = need.times, need.until, need.durations, need.lasted, need.agencies
    return Shape(need.by, fixed, names, *same, need.agency_id is not None, need.first == BEGINNING, need.own)


def _values_of(need: Need, names: Sequence[str]) -> tuple[str, ...]:
    only = dict(need.only)
    return tuple(only[name] for name in names)


def _sums_of(shape: Shape, needs: Sequence[Need], reader: Reader) -> Iterator[tuple[Need, Part]]:
    """The sums of each of these needs."""
    places = {period: place for place, period in enumerate(dict.fromkeys((one.first, one.last) for one in needs))}
    asked = defaultdict[tuple[Any, ...], list[tuple[Need, int]]](list)
    for need in needs:
        for measure in need.measures:
            key = (measure, need.agency_id, *_values_of(need, shape.names))
            asked[key].append((need, 3 * places[need.first, need.last]))
    limits = len(shape.names)
    for measure, agency_id, *found in _summed(shape, needs, places, reader):
        limited, (value, at, bucket), sums = found[:limits], found[limits : limits + 3], found[limits + 3 :]
        for need, place in asked[measure, agency_id if shape.is_of_agency else None, *limited]:
            n, amount, shared = sums[place : place + 3]
            if n is not None:
                begins = at if shape.times else need.first
                yield need, Part(value, agency_id if shape.agencies else 0, begins, bucket, n, amount, shared)


def _summed(shape: Shape, needs: Sequence[Need], periods: Iterable[Days], reader: Reader) -> Iterator[Any]:
    """Rows of measure, agency, limiting values, dividing value, time, duration; then three sums for each period."""
    until = shape.until[0] if shape.until else None
    whole = [([days], list[Days]()) for days in periods]
    spans = [split(*days, until) for days in periods] if _has_months(shape, reader) else whole
    days, months = {}, {}
    for period, (some, others) in zip(periods, spans, strict=True):
        days[period], months[period] = some, others
    if any(days.values()):
        facts = _limited(needs[0], shape.fixed, reader)
        yield from _grouped(shape, _labelled(shape, needs, facts), "day", days, needs)
    if any(months.values()):
        dimension = shape.by or next(iter(shape.names), "")
        of_label = Month.objects.filter(dimension=dimension)
        if shape.names:
            of_label = of_label.filter(value__in={value for need in needs for _name, value in need.only})
        named = of_label.annotate(limited_0=F("value")) if shape.names else of_label
        yield from _grouped(shape, named, "month", months, needs)


def _has_months(shape: Shape, reader: Reader) -> bool:
    """Whether sums by month hold what is asked: of the centre, by one label at most."""
    is_simple = not (shape.own or shape.fixed or shape.lasted) and len(shape.names) + bool(shape.by) < 2
    return is_simple and shape.times in ("", "month") and shape.by != OF_PERSONS and reader.hidden is None


def _labelled(shape: Shape, needs: Sequence[Need], facts: QuerySet[Any]) -> QuerySet[Any]:
    """The facts with each of the limiting values (`limited_…`), once for each value that divides."""
    for place, name in enumerate(shape.names):
        facts = _joined(facts, f"limit_{place}", name)
        facts = facts.filter(**{f"limit_{place}__value__in": {dict(one.only)[name] for one in needs}})
        facts = facts.annotate(**{f"limited_{place}": F(f"limit_{place}__value")})
    if not shape.by:
        return facts
    facts = _joined(facts, "divided", shape.by).filter(_fits("divided__", dict(shape.fixed).get(shape.by)))
    return facts.annotate(value=F("divided__value"))


def _grouped(
    shape: Shape, rows: QuerySet[Any], column: str, spans: Mapping[Days, Sequence[Days]], needs: Iterable[Need]
) -> Iterator[Any]:
    """For each stretch of days one statement, which reads one range of an index."""
    if shape.is_of_agency:
        rows = rows.filter(agency_id__in={one.agency_id for one in needs})
    columns = {
        "at_agency": F("agency_id") if shape.agencies or shape.is_of_agency else Value(0),
        "begins": STARTS[shape.times](column) if shape.times else Value(BEGINNING),
        "lasting": F("bucket") if shape.durations else Value(-1),
    }
    sums: dict[str, Any] = {}
    for place, some in enumerate(spans.values()):
        of_period = _within(column, some) if some else Q()
        # The centre counts nothing twice.
        shared = Sum("n", filter=of_period & Q(shared=True), default=0) if shape.own else Value(0)
        found = (Sum("n", filter=of_period), Sum("amount", filter=of_period), shared) if some else (NOTHING,) * 3
        sums |= zip((f"n_{place}", f"amount_{place}", f"shared_{place}"), found, strict=True)
    limited = [f"limited_{place}" for place in range(len(shape.names))]
    names = ("measure", "at_agency", *limited, "value" if shape.by else "no_value", "begins", "lasting")
    rows = rows.filter(measure__in={measure for need in needs for measure in need.measures})
    rows = rows.order_by().annotate(no_value=Value(""), **columns)
    for first, last in _stretches(days for some in spans.values() for days in some):
        stretch: QuerySet[Any, Any] = rows.filter(**{f"{column}__gte": first, f"{column}__lte": last})
        yield from stretch.values_list(*names).annotate(**sums)


def _stretches(periods: Iterable[Days]) -> list[Days]:
    """Periods that overlap or follow one another, joined."""
    found: list[Days] = []
    for first, last in sorted(periods):
        if found and first <= found[-1][1] + A_DAY:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _within(column: str, spans: Iterable[Days]) -> Q:
    return reduce(or_, (Q(**{f"{column}__gte": first, f"{column}__lte": last}) for first, last in spans))


def _joined(facts: QuerySet[Fact], alias: str, dimension: str) -> QuerySet[Fact]:
    """Each fact once for each of its labels of this dimension."""
    labels = FilteredRelation("label_set__labels", condition=Q(label_set__labels__dimension=dimension))
    return facts.annotate(**{alias: labels})


def facts_of(need: Need, reader: Reader) -> QuerySet[Fact]:
    """The facts that a need sums up, of those that the reader may see."""
    facts = _limited(need, need.only, reader)
    facts = facts.filter(measure__in=need.measures, day__gte=need.first, day__lte=need.last)
    return facts if need.agency_id is None else facts.filter(agency_id=need.agency_id)


def _limited(need: Need, only: Iterable[tuple[str, str]], reader: Reader) -> QuerySet[Fact]:
    """The facts with these labels that meet the conditions of a need other than measures, period and agency."""
    facts = Fact.objects.all()
    for name, value in only:
        having = Label.objects.filter(_fits("", value), dimension=name)
        facts = facts.filter(label_set__in=having.values("label_set"))
    if need.until is not None:
        day, millisecond = need.until
        facts = facts.exclude(day=day, bucket__gte=millisecond)
    if need.lasted is not None:
        shortest, longest = need.lasted
        facts = facts.filter(bucket__gte=shortest)
        facts = facts if longest is None else facts.filter(bucket__lte=longest)
    if not need.own:
        facts = facts.filter(shared=False, restricted=False)
    return facts if reader.hidden is None else facts.exclude(reader.hidden)


def _fits(prefix: str, value: str | None) -> Q:
    """The value of a label (None: any); `destination:` is every destination."""
    if value is None:
        return Q(**{f"{prefix}value__isnull": False})
    return Q(**{f"{prefix}value__startswith" if value.endswith(":") else f"{prefix}value": value})
