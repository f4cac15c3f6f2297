"""What a noun contributes to the figures: facts, derived from an object and its events.

The engine (`coordination.insight.metrics`) reads the declarations from the register and names no noun. A fact is one
countable thing on one day: a case opened, a duty performed in time, an amount seized. It exists as long as the record
says so, and the engine stores only how the facts of a matter change.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from .texts import Text

Label = tuple[str, str]  # dimension, value
LATE = "late"  # the measure of what an agency owes past its time, and the beginning of its more special measures
TIMES = ("day", "week", "month")
# The dimensions by which every figure may be divided.
COMMON = (*TIMES, "agency", "mineral", "technique", "country", "role", "district", "province", "track", "campaign")
Unit = Literal["count", "ratio", "days", "kg", "cny"]
# What counts the same things under another name: steps of cases, proceedings of a kind, persons of a case.
SAME: Mapping[str, str] = {
    **{"course": "cases", "administrative": "proceedings", "criminal": "proceedings", "transfers": "referrals"},
    **{"late": "duties", "fines": "decisions", "remedies": "decisions"},
    **dict.fromkeys(("arrests", "prosecuted", "convicted", "measures"), "suspects"),
}
History = Sequence[Any]  # the effective events of one object in order (`agencies.journal.models.effective_events`)


@dataclass(frozen=True, slots=True)
class MeasuredFact:
    """One countable thing.

    `day` is the Shanghai day for which it counts. `amount` is in the unit of the measure (kg, CNY); `days` is a
    duration in whole days, of what becomes late the millisecond of the day. `labels` replace those of the matter for
    the same dimension. `also` are further agencies in whose own figures it is shown, while it counts once for the
    centre. `behind` is a proceeding, or a part of one, whose wall hides it within its agency. `n` is -1 where a stock
    ends, such as open cases on the day of closing.
    """

    measure: str
    day: date
    agency_id: int
    amount: Decimal | int = 0
    days: int | None = None
    labels: frozenset[Label] = frozenset()
    also: frozenset[int] = frozenset()
    behind: UUID | None = None
    n: int = 1


@dataclass(frozen=True, slots=True)
class MeasuredMatter:
    """What holds for all facts of a case, or of a lead.

    `restricted` matters do not count for the centre. `walls` are the parts of proceedings: id of the part → id of the
    proceeding.
    """

    labels: frozenset[Label] = frozenset()
    restricted: bool = False
    walls: Mapping[UUID, UUID] = field(default_factory=dict)

    def joined(self, other: "MeasuredMatter") -> "MeasuredMatter":
        return MeasuredMatter(
            self.labels | other.labels, self.restricted or other.restricted, {**self.walls, **other.walls}
        )


def counted_in(measure: str) -> str:
    """What a measure counts, such as cases: those opened, closed and open are measures of their own."""
    return measure.partition(".")[0]


class Form(StrEnum):
    """How the answer is made from the facts of the measures."""

    COUNT = "count"  # how many in the period
    AMOUNT = "amount"  # the sum of their amounts
    SHARE = "share"  # n of d, both in the period
    MEDIAN = "median"  # of the days that they took
    NINETIETH = "ninetieth"  # 90 % of them took at most so many days
    STOCK = "stock"  # the level at the end of the last day
    STANDING = "standing"  # what is still there, by the day on which it began


@dataclass(frozen=True)
class Metric:
    """One figure of supervision.

    `measures` are the facts that are counted, `of` those that a share is of, `amount_in` the unit of an amount. `own`
    replaces the measures in an agency's own figures, where the centre's would disclose matters of other agencies.
    `fixed` are labels that all facts have. `is_timed`: a level that changes within the day: the facts of today count
    from their moment on. `since_days`: only what began at least so many days before the end of the period.
    `dimensions` are those by which it may be divided, besides `COMMON`. `better` says which direction is good: "up",
    "down" or "".
    """

    key: str
    name: Text
    definition: Text
    _: KW_ONLY
    form: Form = Form.COUNT
    measures: tuple[str, ...]
    of: tuple[str, ...] = ()
    amount_in: Literal["kg", "cny", ""] = ""
    own: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    is_timed: bool = False
    since_days: int = 0
    divided: tuple[str, ...] = ()
    better: Literal["up", "down", ""] = ""

    @property
    def unit(self) -> Unit:
        if self.form == Form.SHARE:
            return "ratio"
        return "days" if self.is_duration else self.amount_in or "count"

    @property
    def is_duration(self) -> bool:
        return self.form in (Form.MEDIAN, Form.NINETIETH)

    @property
    def is_level(self) -> bool:
        """Whether the period has no beginning."""
        return self.form in (Form.STOCK, Form.STANDING)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (*COMMON, *self.divided)

    @property
    def subjects(self) -> frozenset[str]:
        """What it counts, regardless of name and form: of cases those opened, closed and open, by any dimension."""
        counted = map(counted_in, (*self.measures, *self.own, *self.of))
        return frozenset(SAME.get(one, one) for one in counted)


@dataclass(frozen=True, kw_only=True)
class Measures:
    """The declaration of a noun.

    `rows(matters)` returns the objects of these matters with all that `facts` needs, and `matter(thing)` the matter of
    an object. `facts(thing, history)` is pure. `about(matters)` returns what the noun knows of whole matters.
    `restricted()` is the query of all matters that are
    restricted now, as `about` says too. `related(matters)` returns further
    matters whose facts depend on these. `labelled(matters)` returns further labels of matters, which follow from what
    `about` returned for them; `keep(matters, days)` stores what the noun shows of them, in the transaction of
    the facts; `days` are those on which what is new was recorded.
    """

    rows: Callable[[Collection[UUID]], QuerySet[Any]] | None = None
    matter: Callable[[Any], UUID] = lambda thing: thing.case_id
    facts: Callable[[Any, History], Iterable[MeasuredFact]] = lambda thing, history: ()
    figures: tuple[Metric, ...] = ()
    about: Callable[[Collection[UUID]], Mapping[UUID, MeasuredMatter]] = lambda matters: {}
    restricted: Callable[[], QuerySet[Any]] | None = None
    related: Callable[[Collection[UUID]], Iterable[UUID]] = lambda matters: ()
    labelled: Callable[[Mapping[UUID, MeasuredMatter]], Mapping[UUID, frozenset[Label]]] = lambda matters: {}
    keep: Callable[[Mapping[UUID, MeasuredMatter], Mapping[UUID, date]], None] = lambda matters, days: None


@dataclass(frozen=True)
class Stay:
    """A completed stay of an object in one state."""

    state: str
    began: datetime
    ended: datetime


def day_of(moment: datetime) -> date:
    """The day in Shanghai."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def millisecond_of(moment: datetime) -> int:
    """The millisecond of the day in Shanghai."""
    local = timezone.localtime(moment)
    return (local.hour * 3_600 + local.minute * 60 + local.second) * 1_000 + local.microsecond // 1_000


def days_between(began: datetime, ended: datetime) -> int:
    """Calendar days in Shanghai. Actions refuse an end before its start; a row that has one is found by the sign."""
    return (day_of(ended) - day_of(began)).days


def labels(**values: Any) -> frozenset[Label]:
    """Labels from dimension=value; empty values are left out, and a set or list gives one label for each."""
    found = set()
    for name, value in values.items():
        several = value if isinstance(value, (set, frozenset, list, tuple)) else [value]
        found |= {(name, str(one)) for one in several if one not in (None, "")}
    return frozenset(found)


def moves(history: History) -> list[Any]:
    """The events that changed the state.

    Other events name the state in which they were recorded. After a late record that is not the state of their time.
    """
    return [event for event in history if event.to_state and event.from_state != event.to_state]


def entered(history: History, *states: str) -> list[Any]:
    """The events by which the object came into one of these states."""
    return [event for event in moves(history) if event.to_state in states]


def created(history: History) -> datetime | None:
    """When the object was created, if an event of its own says so. Its row holds only when that was recorded."""
    return next((event.happened_at for event in history if event.to_state and not event.from_state), None)


def first_entered(history: History, *states: str) -> datetime | None:
    return next((event.happened_at for event in entered(history, *states)), None)


def stays(history: History, since: datetime | None = None) -> Iterator[Stay]:
    """The completed stays in each state, in order. `since`: when the object began, if that is no event of its own."""
    moved = moves(history)
    state, began = (moved[0].from_state, since) if moved and since else ("", None)
    for event in moved:
        if event.to_state != state:
            if began is not None:
                yield Stay(state, began, event.happened_at)
            state, began = event.to_state, event.happened_at


@dataclass
class FactCollector:
    """Facts of one object at one agency, without repeating what they share."""

    agency_id: int
    labels: frozenset[Label] = frozenset()
    also: frozenset[int] = frozenset()
    behind: UUID | None = None
    facts: list[MeasuredFact] = field(default_factory=list)

    def count(
        self,
        measure: str,
        at: datetime | None,
        *,
        amount: Decimal | int = 0,
        days: int | None = None,
        labelled: frozenset[Label] = frozenset(),
        n: int = 1,
    ) -> None:
        """Adds a fact on the day of `at`; none if that never happened."""
        if at is not None:
            self.facts.append(
                MeasuredFact(
                    *(measure, day_of(at), self.agency_id, amount, days),
                    labels=self.labels | labelled,
                    also=self.also - {self.agency_id},
                    behind=self.behind,
                    n=n,
                )
            )

    def stock(self, noun: str, since: datetime | None, until: datetime | None, officer: Any = None) -> None:
        """Adds what is there from `since` until `until` (None: still).

        `noun.stock` is its level on any day. `noun.open` is what is there now, by the day on which it began.
        """
        self.count(f"{noun}.stock", since)
        self.count(f"{noun}.stock", until, n=-1)
        if until is None:
            self.count(f"{noun}.open", since, labelled=labels(officer=officer))

    def late(self, kind: str, since: datetime | None, until: datetime | None, *, measure: str = LATE) -> None:
        """Adds what is late after `since` until `until` (None: still); nothing if it ended in time."""
        if since is not None and (until is None or until > since):
            of_kind = labels(kind=kind)
            self.count(measure, since, days=millisecond_of(since), labelled=of_kind)
            self.count(measure, until, labelled=of_kind, n=-1)

    def stages(
        self,
        kind: str,
        history: History,
        *,
        present: Any = None,
        agency_in: Callable[[str], int] | None = None,
        since: datetime | None = None,
    ) -> None:
        """Adds the days of every completed stay: measure `stays`, with the stage as `kind:STATE`. `present` is the
        object if it is open: its stay of now is counted on the day on which it began, measure `stays.open`. `agency_in`
        returns the agency that has the object in a state, where that changes; `since` as for `stays`."""
        listed = stays(history, since)
        completed = [("stays", one.state, one.ended, days_between(one.began, one.ended)) for one in listed]
        begun = (present.state_since or present.created_at) if present is not None else None
        current = [("stays.open", present.state, begun, None)] if begun is not None else []
        for measure, state, at, lasted in [*completed, *current]:
            agency_id = agency_in(state) if agency_in else self.agency_id
            self.facts.append(
                MeasuredFact(
                    *(measure, day_of(at), agency_id, 0, lasted),
                    labels=self.labels | labels(stage=f"{kind}:{state}"),
                    behind=self.behind,
                )
            )


METRICS: dict[str, Metric] = {}  # every figure by its key; the register fills it
