"""Answers questions about figures: which metric, which period, divided by what, limited to what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.utils import formats
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.measures import TIMES, day_of, millisecond_of
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency, agencies_by_code

from .checking import checked
from .dimensions import AGES, BANDS, LENGTHS
from .ledger import SCALE
from .links import urls_of
from .months import next_month
from .registry import DIMENSIONS, METRICS, Form, Metric
from .restricting import FigureReader
from .sums import BEGINNING, FactQuery, PartialSum, parts_of

# Who asks for figures that are the same for all readers: every unrestricted case counts.
CENTRE = replace(SYSTEM, roles=frozenset({Role.SUPERVISOR}))
HIDING = ("campaign",)  # dimensions whose unnamed values the reader may not know of


@dataclass(frozen=True)
class Question:
    """`first` and `last` are Shanghai days, both included. `filters`: dimension → value, agencies by code."""

    metric: str
    first: date
    last: date
    by: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """One number. `value` None: there is nothing to divide, or the reader may not see it; then all three are None and
    `url` is "". `url`: the list of exactly the rows that are counted.

    A share has its `numerator` and `denominator`, a duration only the number of durations as `denominator`, all others
    the number of what is counted as `numerator`. `shared`: so many of them count for the centre at another agency.
    """

    key: str
    label: Text
    value: Decimal | int | None
    numerator: int | None
    denominator: int | None
    url: str
    shared: int = 0

    @property
    def is_share(self) -> bool:
        """Whether it is n of d, and there is something to divide."""
        return self.numerator is not None and bool(self.denominator)


@dataclass(frozen=True)
class Answer:
    """`left_out` says in sentences what the reader may not see."""

    question: Question
    total: Point
    points: tuple[Point, ...]
    as_of: datetime
    left_out: tuple[str, ...]


def ask(actor: Actor, question: Question) -> Answer:
    """Raises Invalid for an unknown metric, dimension or value and for an impossible period."""
    return ask_many(actor, [question])[0]


def ask_many(
    actor: Actor,
    questions: Sequence[Question],
    agencies: Mapping[str, Agency] | None = None,
    reader: FigureReader | None = None,
) -> list[Answer]:
    """The same for any number of questions. `agencies`: all agencies by code, if the caller has read them, and the
    `reader` that the actor is."""
    agencies = agencies_by_code() if agencies is None else agencies
    reader = reader or FigureReader.of(actor)
    plans = [plan_for(actor, question, agencies) for question in checked(questions, agencies, actor)]
    needs = [need for plan in plans for need in plan.needs]
    parts = iter(parts_of(needs, reader))
    sums = [[next(parts) for _need in plan.needs] for plan in plans]
    codes = {one.pk: one.code for one in agencies.values()}
    grouped = [
        [_grouped(plan, one, codes) for one in found[-plan.halves :] if plan.is_divided]
        for plan, found in zip(plans, sums, strict=True)
    ]
    names = _names(actor, plans, grouped, agencies)
    answered = zip(plans, sums, grouped, strict=True)
    return [_answer(plan, found[: plan.halves], divided, names, reader.as_of) for plan, found, divided in answered]


@dataclass(frozen=True)
class QuestionPlan:
    """What has to be summed up for a question. `needs` are those of the total, then those of the points; the same if
    each fact counts in one point. `is_visible`: whether the reader may see anything of it."""

    question: Question
    metric: Metric
    needs: tuple[FactQuery, ...]
    left_out: tuple[str, ...]
    is_divided: bool
    is_visible: bool

    @property
    def halves(self) -> int:
        return 2 if self.metric.of else 1


def plan_for(actor: Actor, question: Question, agencies: Mapping[str, Agency]) -> QuestionPlan:
    """`agencies` are all agencies by code."""
    metric, by = METRICS[question.metric], question.by
    left_out, own = [], not actor.is_centre
    code = question.filters.get("agency", "")
    if own and (code not in ("", actor.agency_code) or by == "agency"):
        left_out.append(_("Figures of other agencies are left out; they are the centre's."))
    named = "officer" in (by, *question.filters)
    if named and not own:
        left_out.append(_("Officers are left out; only the lead of their agency sees them."))
    agency_id = actor.own_agency if own else agencies[code].pk if code else None
    nothing = (own and code not in ("", actor.agency_code)) or ("officer" in question.filters and not own)
    dropped = nothing or (named and not own)
    measures = [metric.own if own and metric.own else metric.measures, *([metric.of] if metric.of else [])]
    first, last = _period(metric, question)
    now = times.now() if metric.is_timed else None
    if now is not None:
        last = min(last, day_of(now))  # nothing is late yet on a later day
    if "age" in question.filters:
        first, youngest = _aged(question)
        last = min(last, youngest)
    label = "" if by in ("", "agency", *BANDS, *TIMES) else by
    only = {name: value for name, value in question.filters.items() if name not in ("agency", *BANDS)}
    only |= metric.fixed
    limits = tuple(sorted(_stored(name, value, agencies) for name, value in only.items()))
    if label == "country" and (part := only.get("role", "")):
        label, limits = "role", (*(one for one in limits if one[0] != "role"), ("role", f"{part}:"))
    needs, is_divided = [], bool(by) and not dropped
    for divided in (False, True) if is_divided and label else (is_divided,):
        for names in measures:
            needs.append(
                FactQuery(
                    *(() if nothing else names, first, last, label if divided else "", limits),
                    times=_divided_times(by) if divided else "",
                    until=(day_of(now), millisecond_of(now)) if now else None,
                    durations=metric.is_duration or "length" in {*question.filters, by if divided else ""},
                    lasted=LENGTHS.get(question.filters.get("length", "")),
                    agencies=divided and by == "agency",
                    agency_id=agency_id,
                    own=own,
                )
            )
    return QuestionPlan(question, metric, tuple(needs), tuple(left_out), is_divided, not nothing)


def _period(metric: Metric, question: Question) -> tuple[date, date]:
    last = question.last - timedelta(days=metric.since_days)
    return (BEGINNING if metric.is_level else question.first), last


def _divided_times(by: str) -> Literal["", "day", "week", "month"]:
    match by:
        case "week" | "month":
            return by
        case "day" | "age":
            return "day"
    return ""


def _aged(question: Question) -> tuple[date, date]:
    """The days on which what has this age began."""
    youngest, oldest = AGES[question.filters["age"]]
    first = BEGINNING if oldest is None else question.last - timedelta(days=oldest)
    return first, question.last - timedelta(days=youngest)


def _stored(name: str, value: str, agencies: Mapping[str, Agency]) -> tuple[str, str]:
    """A filter as facts have it: pairs hold ids, and a part of the route alone is every country with it."""
    if name == "pair":
        return name, ">".join(str(agencies[code].pk) for code in value.split(">"))
    return name, f"{value}:" if name == "role" and ":" not in value else value


def _answer(
    plan: QuestionPlan,
    whole: list[list[PartialSum]],
    grouped: list[dict[str, list[PartialSum]]],
    names: Mapping[tuple[str, str], Text],
    at: datetime,
) -> Answer:
    question, url_of = plan.question, urls_of(plan.question)
    nothing = Point("", _("All"), None, None, None, "")
    total = _point(plan, "", _("All"), url_of(""), *whole) if plan.is_visible else nothing
    points: list[Point] = []
    if grouped:
        for key in _keys(plan, grouped):
            if question.by in HIDING and (question.by, key) not in names:
                continue
            label = names.get((question.by, key), key)
            points.append(_point(plan, key, label, url_of(key), *(parts.get(key, []) for parts in grouped)))
        if question.by not in (*TIMES, *BANDS):
            points.sort(key=lambda one: (-(one.value or 0), one.key))
    return Answer(question, total, tuple(points), at, plan.left_out)


def _point(
    plan: QuestionPlan, key: str, label: Text, url: str, counted: Iterable[PartialSum], of: Iterable[PartialSum] = ()
) -> Point:
    metric, counted = plan.metric, list(counted)
    n, shared = sum(part.n for part in counted), sum(part.shared for part in counted)
    value: Decimal | int | None
    numerator: int | None = n
    denominator: int | None = None
    if metric.form == Form.AMOUNT:
        value = Decimal(sum(part.amount for part in counted)) / SCALE
    elif metric.form == Form.SHARE:
        denominator = sum(part.n for part in of)
        value = round(Decimal(n) / denominator, 4) if denominator else None
    elif metric.is_duration:
        value = quantile(counted, 50 if metric.form == Form.MEDIAN else 90)
        numerator, denominator = None, n
    else:
        value = n
    return Point(key, label, value, numerator, denominator, url, shared)


def quantile(parts: Iterable[PartialSum], percent: int) -> int | None:
    """The smallest number of days within which so many percent of the durations are (the lower median for 50)."""
    weights: dict[int, int] = defaultdict(int)
    for part in parts:
        weights[part.bucket] += part.n
    total, reached = sum(weights.values()), 0
    for days, weight in sorted(weights.items()):
        reached += weight
        if total and reached * 100 >= total * percent:
            return days
    return None


def _grouped(plan: QuestionPlan, parts: Iterable[PartialSum], codes: Mapping[int, str]) -> dict[str, list[PartialSum]]:
    """Parts by the key of their point. A level (stock) counts from its day on in all later points. `codes` are those of
    all agencies."""
    question, found = plan.question, defaultdict[str, list[PartialSum]](list)
    by = question.by
    if by in TIMES and plan.metric.is_level:
        return _levels(question, parts)
    for part in parts:
        if by in TIMES:
            found[_start(part.at, by, question.first).isoformat()].append(part)
        elif by == "age":
            found[_band(AGES, (question.last - part.at).days)].append(part)
        elif by == "length":
            found[_band(LENGTHS, part.bucket)].append(part)
        elif by == "agency":
            found[codes.get(part.agency_id, str(part.agency_id))].append(part)
        else:
            found[_shown(by, part.value, codes)].append(part)
    return found


def _levels(question: Question, parts: Iterable[PartialSum]) -> dict[str, list[PartialSum]]:
    starts = list(_starts(question))
    listed = sorted(parts, key=lambda part: part.at)
    found: dict[str, list[PartialSum]] = {}
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        end = question.last if following is None else following - timedelta(days=1)
        found[start.isoformat()] = [part for part in listed if part.at <= end]
    return found


def _keys(plan: QuestionPlan, grouped: Iterable[Mapping[str, list[PartialSum]]]) -> list[str]:
    """The keys of the points: every day, week, month or band of the period, else those that have facts."""
    by = plan.question.by
    if by in TIMES:
        return [one.isoformat() for one in _starts(plan.question)]
    if by in BANDS:
        return list(BANDS[by])
    return sorted({key for one in grouped for key, parts in one.items() if _is_something(parts)})


def _is_something(parts: list[PartialSum]) -> bool:
    return sum(part.n for part in parts) != 0 or sum(part.amount for part in parts) != 0


def _starts(question: Question) -> Iterator[date]:
    day = question.first
    while day <= question.last:
        yield day
        day = next_start(day, question.by)


def next_start(day: date, by: str) -> date:
    """The day on which the next day, week or month begins."""
    if by == "day":
        return day + timedelta(days=1)
    if by == "week":
        return day + timedelta(days=7 - day.weekday())
    return next_month(day)


def _start(day: date, by: str, first: date) -> date:
    """The first day of its week or month within the period."""
    begun = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[by]
    return max(begun, first)


def _band(bands: Mapping[str, tuple[int, int | None]], days: int) -> str:
    for key, (first, last) in bands.items():
        if days >= first and (last is None or days <= last):
            return key
    return next(iter(bands))  # what begins on a later day than the last


def _shown(by: str, value: str, codes: Mapping[int, str]) -> str:
    """The key of a stored value: pairs by the codes of their agencies, and countries without their part."""
    if by == "pair":
        return ">".join(codes.get(int(one), one) for one in value.split(">"))
    return value.partition(":")[2] if by == "country" and ":" in value else value


def _names(
    actor: Actor,
    plans: Iterable[QuestionPlan],
    grouped: Iterable[list[dict[str, list[PartialSum]]]],
    agencies: Mapping[str, Agency],
) -> dict[tuple[str, str], Text]:
    """The names of all values in the points, with one query for each dimension."""
    values = defaultdict[str, set[str]](set)
    for plan, divided in zip(plans, grouped, strict=True):
        for parts in divided:
            values[plan.question.by].update(parts)
    names: dict[tuple[str, str], Text] = {
        (by, one): label for by, bands in BANDS.items() for one, label in DIMENSIONS[by].names(bands).items()
    }
    for by, found_values in values.items():
        known: Mapping[str, Text]
        if by == "agency":
            known = {code: agencies[code].name for code in found_values if code in agencies}
        elif by in TIMES:
            known = {one: _moment(by, date.fromisoformat(one)) for one in found_values}
        else:
            known = DIMENSIONS[by].names_for(actor, found_values)
        names |= {(by, value): label for value, label in known.items()}
    return names


def _moment(by: str, day: date) -> str:
    return formats.date_format(day, "YEAR_MONTH_FORMAT" if by == "month" else "SHORT_DATE_FORMAT")
