"""The control law on an item during its conduct: a line for each part of it in which the law was the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agencies.kernel import times
from cases.controls.comparing import VerdictDifference, changed_verdicts
from cases.controls.destinations import DestinationVerdict, ReportedMatter, distinct, said, verdicts_of
from cases.controls.rulebook import ControlRule, Rulebook, Suspension

from .models import Act, Item

Days = tuple[date, date]  # first and last


@dataclass(frozen=True)
class ConductSpan:
    """Days of the conduct with the same law, and the verdict for each destination.

    `is_known` is False if today is used because the day of the conduct is unknown.
    """

    first: date
    last: date
    is_known: bool
    verdicts: list[DestinationVerdict]


def spans_of(item: Item, acts: Iterable[Act], matter: ReportedMatter, book: Rulebook) -> list[ConductSpan]:
    """The day of the conduct of the item and the periods of the acts that concern it, in order."""
    periods, today = _periods(item, acts), times.today()
    days = [part for period in periods for part in _parts(period, book)] or [(today, today)]
    found = [
        ConductSpan(*part, bool(periods), distinct(verdicts_of(vars(item), matter, part[0], book))) for part in days
    ]
    return list(_joined(found))


def turning_days(item: Item, acts: Iterable[Act], *books: Rulebook) -> list[date]:
    """The first day of each part of the conduct in which the law of any of these versions is the same, in order."""
    periods = _periods(item, acts)
    found = {first for period in periods for book in books for first, _last in _parts(period, book)}
    return sorted(found) or [times.today()]


def changes_of(
    item: Item, acts: Iterable[Act], matter: ReportedMatter, old: Rulebook, new: Rulebook
) -> list[VerdictDifference]:
    """The verdicts during the conduct that the newer version of the rows changes; each kind of change once."""
    found = dict[str, VerdictDifference]()
    for day in turning_days(item, acts, old, new):
        for one in changed_verdicts(vars(item), matter, day, old, new):
            found.setdefault(str({**one.as_json(), "on": ""}), one)
    return list(found.values())


def _periods(item: Item, acts: Iterable[Act]) -> list[Days]:
    """Periods that do not overlap. An act that names no items concerns all of them."""
    found = [(item.conduct_on, item.conduct_on)]
    for act in acts:
        named = {one.pk for one in act.items.all()}
        if not named or item.pk in named:
            found.append((act.conduct_from or act.conduct_until, act.conduct_until or act.conduct_from))
    periods = list[Days]()
    for first, last in sorted((first, last) for first, last in found if first and last):
        if periods and first <= periods[-1][1]:
            periods[-1] = periods[-1][0], max(last, periods[-1][1])
        else:
            periods.append((first, last))
    return periods


def _parts(period: Days, book: Rulebook) -> Iterator[Days]:
    """The period, divided where a rule or a suspension begins or has ended."""
    first, last = period
    turns = sorted({day for day in _turns(book) if first < day <= last})
    yield from zip([first, *turns], [*(day - timedelta(days=1) for day in turns), last], strict=True)


def _turns(book: Rulebook) -> Iterator[date]:
    for rule in book.rules:
        dated: list[ControlRule | Suspension] = [rule, *rule.suspensions]
        for one in dated:
            if one.begins:
                yield one.begins
            if one.ends:
                yield one.ends + timedelta(days=1)


def _joined(spans: Iterable[ConductSpan]) -> Iterator[ConductSpan]:
    """Adjacent parts in which every destination has the same verdict by the same rules are one."""
    before: ConductSpan | None = None
    for span in spans:
        if before and span.first - before.last == timedelta(days=1) and _says(span) == _says(before):
            before = ConductSpan(before.first, span.last, span.is_known, before.verdicts)
            continue
        if before:
            yield before
        before = span
    if before:
        yield before


def _says(span: ConductSpan) -> list[object]:
    return [(one.code, one.reading, *said(one.verdict)) for one in span.verdicts]
