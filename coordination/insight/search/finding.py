"""Searches the index: what matches, why, and where it is shown. Always limited to what the actor may see."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache, reduce
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import (
    COUNTED,
    Compiled,
    compiled_checked,
    compiled_rows,
    ids_by_index,
    rows_of_each,
)
from agencies.kernel.paging import Page, Rows, page_of
from agencies.kernel.resource import HEADINGS, SEARCHED
from agencies.kernel.search_parts import SearchKind
from cases.casefile.naming import case_named

from .fulltext import Each, in_periods
from .models import Entry, EntryQuerySet
from .periods import Period, newest_periods, periods_after, periods_before
from .query import All, Asked, Word, as_number, asked_for, has_beginnings, mistyped
from .words import Span, agency_word, spans_of

MOST = 100  # counted hits of a resource; beyond that "more than" is enough
SHOWN = 5  # hits of a resource on the overview
SORTS = {"newest": "at"}
MANY = 20  # objects with the same number that are checked for a common page
RECENT = 3  # periods in which every word is looked for first
SORTED = 5_000  # matches of a kind that are sorted; more are read period by period
MOST_WHYS = 3
OF_CASE = "case_id"  # the subject of what belongs to a case
WIDTH = 60  # characters shown before and after a match in a long text

Piece = tuple[str, bool]
"""A piece of text, and whether it matches."""


class Found(NamedTuple):
    """What is read of an entry that was found."""

    kind: str
    thing: UUID
    at: datetime


@dataclass(frozen=True)
class Match:
    """A text of the hit with its matches marked."""

    label: Any
    pieces: list[Piece]


@dataclass(frozen=True)
class Hit:
    """`title` is the object's title, `whys` the matching texts, `note` a further distinction; `case` names the case to
    which the object belongs, if the reader may know it."""

    kind: SearchKind
    thing: Any
    title: str
    note: str
    url: str
    whys: list[Match]
    case: str


@dataclass(frozen=True)
class Group:
    """Hits of one resource: `count` of them, or more than that."""

    resource: str
    label: str | Promise
    hits: list[Hit]
    count: int
    more: bool
    similar: bool = False


def kinds_of_resource(resource: str) -> list[SearchKind]:
    return [kind for kind in SEARCHED.values() if kind.resource == resource]


def groups(typed: str, actor: Actor) -> list[Group]:
    """Newest hits of each resource; if no party matches, parties with similar names; if nothing does, similar texts of
    every kind."""
    asked = asked_for(typed, actor.agency_id)
    if asked is None:
        return []
    found = _counted(asked, actor, SEARCHED.values())
    like = None if "parties" in found else mistyped(typed)
    among = kinds_of_resource("parties") if found else SEARCHED.values()
    near = _counted(like, actor, among, may_be_common=False) if like else {}
    rows = [_group(resource, found[resource], actor, asked) for resource in HEADINGS if resource in found]
    return rows + [_group(one, near[one], actor, like, similar=True) for one in HEADINGS if like and one in near]


def listed(typed: str, actor: Actor, resource: str, params: Mapping[str, Any], **size: int) -> Page:
    """A page of all hits of one resource, newest first."""
    asked = asked_for(typed, actor.agency_id)
    rows = Lists(Questions.of(asked, actor, kinds_of_resource(resource)).lists if asked else [])
    page = page_of(rows, params, sorts=SORTS, default="-newest", tie="thing", **size)
    return page.of(_hits(page.items, actor, asked) if asked else [])


def place_of_number(typed: str, actor: Actor) -> str:
    """Address of the only object with the number typed; "" if there is none or more than one, or no number was
    typed."""
    asked = as_number(typed)
    if asked is None:
        return ""
    rows = newest_of(Questions.of(asked, actor, SEARCHED.values(), may_be_common=False).lists, MANY)[:MANY]
    places = {hit.url for hit in _hits(rows, actor, asked)}
    return places.pop() if len(places) == 1 and len(rows) < MANY else ""


def _counted(
    asked: Asked, actor: Actor, kinds: Collection[SearchKind], *, may_be_common: bool = True
) -> dict[str, list[Found]]:
    """Resource → its newest hits, one more than counted. Few queries, each limited to what is needed."""
    found: dict[str, list[Found]] = {}
    asks = Questions.of(asked, actor, kinds, may_be_common=may_be_common)
    for entry in in_order([*asks.read, *newest_of(asks.rest, MOST + 1)]):
        found.setdefault(SEARCHED[entry.kind].resource, []).append(entry)
    return {resource: entries[: MOST + 1] for resource, entries in found.items()}


@dataclass(frozen=True)
class Questions:
    """`lists` are all hits. `read` are the newest of some kinds, more than are counted; `rest` are the lists of the
    others."""

    lists: list[Rows]
    read: list[Found]
    rest: list[Rows]

    @classmethod
    def of(
        cls, asked: Asked, actor: Actor, kinds: Collection[SearchKind], *, may_be_common: bool = True
    ) -> "Questions":
        """Rare words use the word index and a sort. Common words, of which the last weeks hold enough or all time many,
        are read period by period. If the reader sees few rows of the kind, start with those."""
        narrow: list[Rows] = [Entry.objects.seen_by(actor, [kind]).holding(asked) for kind in kinds if kind.narrow]
        wide = {kind.name: kind for kind in kinds if not kind.narrow}
        recent = _recent(asked, actor, wide.values()) if may_be_common else {}
        often = {name: rows for name, rows in recent.items() if len(rows) > MOST}
        fitting = {name: _fitting(asked, actor, kind) for name, kind in wide.items() if name not in often}
        found = ids_by_index(fitting, SORTED)
        few = {name: ids for name, ids in found.items() if len(ids) <= SORTED or not _reads_by_period()}
        # What is asked of a few ids next can be planned in one way only.
        known = {n: Entry.objects.filter(pk__in=ids) if len(ids) <= COUNTED else fitting[n] for n, ids in few.items()}
        rest = [*narrow, *(Sorted(rows, wide[name], actor) for name, rows in known.items())]
        rest += [ByPeriod.of(asked, actor, wide[name]) for name in found if name not in few]
        newest = [row for rows in often.values() for row in rows]
        return cls([*rest, *(ByPeriod.of(asked, actor, wide[name]) for name in often)], newest, rest)


def _reads_by_period() -> bool:
    """SQLite holds too few entries for it to matter."""
    return connection.vendor == "postgresql"


@dataclass(frozen=True)
class Sorted:
    """What matches of one kind, checked in its order until there are enough."""

    rows: EntryQuerySet
    kind: SearchKind
    actor: Actor

    def order_by(self, *columns: str) -> "Sorted":
        return replace(self, rows=self.rows.order_by(*columns))

    def filter(self, *conditions: Q) -> "Sorted":
        return replace(self, rows=self.rows.filter(*conditions))

    def __getitem__(self, cut: slice) -> Compiled:
        return self.checked(compiled_rows(self.rows, *Found._fields), cut.stop)

    def checked(self, met: Compiled, most: int) -> Compiled:
        return compiled_checked(met, _checked(self.kind.name, self.actor, most, times.today()), Entry)


@dataclass(frozen=True)
class ByPeriod(Sorted):
    """The same, found period by period: from the newest or the oldest, or from the time at which the page begins."""

    asked: Asked
    down: bool = True
    start: date | None = None
    most: int | None = None

    @classmethod
    def of(cls, asked: Asked, actor: Actor, kind: SearchKind, most: int | None = None) -> "ByPeriod":
        """All hits of a kind, or those of the newest periods."""
        return cls(Entry.objects.filter(kind=kind.name).fitting(Each()), kind, actor, asked, most=most)

    def order_by(self, *columns: str) -> "ByPeriod":
        return replace(self, rows=self.rows.order_by(*columns), down=columns[0].startswith("-"))

    def filter(self, *conditions: Q) -> "ByPeriod":
        """With the conditions of a page, among them the bound of its time, in UTC."""
        parts = [part for condition in conditions for part in condition.children if isinstance(part, tuple)]
        bounds = (value for name, value in parts if name in ("at__lte", "at__gte") and isinstance(value, datetime))
        start = next((bound.astimezone(UTC).date() for bound in bounds), None)
        return replace(self, rows=self.rows.filter(*conditions), start=start)

    def __getitem__(self, cut: slice) -> Compiled:
        """Beginnings of words are looked for in the entries of a period: the word index would collect them for all time
        again in each period."""
        by_row = has_beginnings(self.asked)
        rows = self.rows.holding(self.asked) if by_row else self.rows
        asked = _words_of(None if by_row else self.asked, self.actor, self.kind)
        return self.checked(in_periods(compiled_rows(rows, *Found._fields), asked, self.periods), cut.stop)

    @property
    def periods(self) -> list[Period]:
        if self.start is not None:
            return periods_before(self.start) if self.down else periods_after(self.start)
        found = newest_periods()[: self.most]
        return found if self.down else found[::-1]


@lru_cache(maxsize=4096)
def _checked(kind: str, actor: Actor, most: int, day: date) -> Compiled:
    """Entries of the kind that the actor may read, compiled once for each person and day."""
    return compiled_rows(Entry.objects.of_kind(SEARCHED[kind], actor).order_by()[:most], *Found._fields)


def _recent(asked: Asked, actor: Actor, kinds: Iterable[SearchKind]) -> dict[str, list[Found]]:
    """The newest hits of each kind in the last weeks, at most one more than is counted."""
    if has_beginnings(asked) or not _reads_by_period():
        return {}
    lists = {kind.name: ByPeriod.of(asked, actor, kind, RECENT).order_by("-at", "-thing") for kind in kinds}
    found = rows_of_each({name: rows[: MOST + 1] for name, rows in lists.items()})
    return {name: [Found(*row) for row in rows] for name, rows in found.items()}


def _fitting(asked: Asked, actor: Actor, kind: SearchKind) -> EntryQuerySet:
    """Matching entries of the kind that the agency may find, not yet checked."""
    return Entry.objects.filter(kind=kind.name).fitting(All(_words_of(asked, actor, kind)))


def _words_of(asked: Asked | None, actor: Actor, kind: SearchKind) -> tuple[Asked, ...]:
    """The query and the word of the agency of the reader. The centre may find nearly all."""
    agency = [Word(agency_word(actor.own_agency))] if kind.agencies and not actor.is_centre else []
    return (*agency, *([asked] if asked else []))


def newest_of(questions: list[Rows], most: int) -> list[Found]:
    """The newest of several lists, each limited, in one query; none if there are no lists."""
    return Lists(questions).order_by("-at", "-thing")[:most]


class Lists:
    """Several lists without a row in common, which are ordered, filtered and cut together."""

    def __init__(self, lists: Collection[Rows], *, down: bool = True) -> None:
        self.lists, self.down = lists, down

    def order_by(self, *columns: str) -> "Lists":
        return Lists([rows.order_by(*columns) for rows in self.lists], down=columns[0].startswith("-"))

    def filter(self, *conditions: Q) -> "Lists":
        return Lists([rows.filter(*conditions) for rows in self.lists], down=self.down)

    def __getitem__(self, cut: slice) -> list[Found]:
        """The first rows of each list."""
        each = {str(place): _compiled(rows[cut]) for place, rows in enumerate(self.lists)}
        found = [Found(*row) for rows in rows_of_each(each).values() for row in rows]
        return in_order(found, down=self.down)


def _compiled(rows: Any) -> Compiled:
    return rows if isinstance(rows, Compiled) else compiled_rows(rows, *Found._fields)


def in_order(found: Iterable[Found], *, down: bool = True) -> list[Found]:
    return sorted(found, key=lambda row: (row.at, row.thing), reverse=down)


def _group(resource: str, entries: list[Found], actor: Actor, asked: Asked, *, similar: bool = False) -> Group:
    hits = _hits(entries[:SHOWN], actor, asked)
    return Group(resource, HEADINGS[resource], hits, min(len(entries), MOST), len(entries) > MOST, similar)


# Hits ----------------------------------------------------------------------------------------------------------------
def _hits(entries: list[Found], actor: Actor, asked: Asked) -> list[Hit]:
    """Hits, with one query and prefetches for each kind."""
    ids: dict[str, list[Any]] = {}
    for entry in entries:
        ids.setdefault(entry.kind, []).append(entry.thing)
    things = {(name, thing.pk): thing for name, some in ids.items() for thing in _read(SEARCHED[name], some, actor)}
    held = [(entry, things.get((entry.kind, entry.thing))) for entry in entries]
    # An object deleted since indexing is no hit.
    return [_hit(SEARCHED[entry.kind], thing, asked, actor) for entry, thing in held if thing is not None]


def _read(kind: SearchKind, ids: list[Any], actor: Actor) -> QuerySet[Any]:
    rows = kind.read_by(actor).filter(pk__in=ids)
    return kind.fetched(rows.annotate(named_case=case_named(actor, OF_CASE)) if kind.subject == OF_CASE else rows)


def _hit(kind: SearchKind, thing: Any, asked: Asked, actor: Actor) -> Hit:
    words, (title, *others) = set(_words(asked)), kind.texts_for(thing, actor)
    split = [(text, list(spans_of(text))) for text in (title, *others)]
    marked = [(text, spans, places) for text, spans in split if (places := _places(spans, words))]
    # Texts that alone match the whole query, else all that match.
    fitting = [one for one in marked if answered(asked, {word for word, _start, _end in one[1]})] or marked
    whys = [Match(text.label, list(_pieces(text.value, places))) for text, _spans, places in fitting[:MOST_WHYS]]
    note = others[0].value if others and others[0] not in [text for text, *_rest in fitting] else ""
    note = note if others and others[0].sort != "number" else ""
    return Hit(kind, thing, title.value, note, kind.url(thing), whys, getattr(thing, "named_case", None) or "")


def _words(asked: Asked) -> Iterator[Word]:
    if isinstance(asked, Word):
        yield asked
    else:
        for part in asked.parts:
            yield from _words(part)


def answered(asked: Asked, words: set[str]) -> bool:
    """Whether these words match the whole query."""
    if isinstance(asked, Word):
        return any(one.startswith(asked.word) for one in words) if asked.begins else asked.word in words
    return (all if isinstance(asked, All) else any)(answered(part, words) for part in asked.parts)


def _places(spans: list[Span], words: set[Word]) -> list[tuple[int, int]]:
    """Positions of the words in order; touching or overlapping ones merged."""
    exact = {word.word for word in words if not word.begins}
    begun = tuple(word.word for word in words if word.begins)
    found = sorted((s, e) for word, s, e in spans if word in exact or word.startswith(begun))
    return reduce(_joined, found, [])


def _joined(places: list[tuple[int, int]], place: tuple[int, int]) -> list[tuple[int, int]]:
    if places and place[0] <= places[-1][1]:
        return [*places[:-1], (places[-1][0], max(places[-1][1], place[1]))]
    return [*places, place]


def _pieces(value: str, places: list[tuple[int, int]]) -> Iterator[Piece]:
    """The text around matches; a long one is cut around its first match."""
    start = max(0, places[0][0] - WIDTH)
    end = min(len(value), places[0][1] + 2 * WIDTH)
    at = start
    if start:
        yield "…", False
    for first, last in places:
        if first < end:
            yield from ((value[at:first], False), (value[first : min(last, end)], True))
            at = min(last, end)
    yield value[at:end] + ("…" if end < len(value) else ""), False
