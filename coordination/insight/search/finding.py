"""Searches the index: what matches, why, and where it is shown. Always limited to what the actor may see."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from agencies.kernel.actor import Actor
from agencies.kernel.counting import COUNTED, compiled_rows, count_each_by_index, ids_by_index, rows_of_each
from agencies.kernel.paging import Page, page_of
from agencies.kernel.resource import HEADINGS, SEARCHED
from agencies.kernel.search_parts import Phrase, SearchKind

from .models import Entry, Findable
from .query import All, Asked, Either, Word, as_number, asked_for, mistyped
from .words import NUMBER, spans_of

MOST = 100  # counted hits of a resource; beyond that "more than" is enough
SHOWN = 5  # hits of a resource on the overview
SORTS = {"newest": "began"}
MANY = 20  # objects with the same number that are checked for a common page
MOST_WHYS = 3
WIDTH = 60  # characters shown before and after a match in a long text

Piece = tuple[str, bool]
"""A piece of text, and whether it matches."""
Rows = QuerySet[Entry] | QuerySet[Findable]


class Found(NamedTuple):
    """What is read of an entry that was found."""

    kind: str
    thing: UUID
    at: datetime

    @property
    def began(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Match:
    """A text of the hit with its matches marked."""

    label: Any
    pieces: list[Piece]


@dataclass(frozen=True)
class Hit:
    """`title` is the object's title, `whys` the matching texts, `note` a further distinction."""

    kind: SearchKind
    thing: Any
    title: str
    note: str
    url: str
    whys: list[Match]


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
    near = _counted(like, actor, kinds_of_resource("parties") if found else SEARCHED.values()) if like else {}
    rows = [_group(resource, found[resource], actor, asked) for resource in HEADINGS if resource in found]
    return rows + [_group(one, near[one], actor, like, similar=True) for one in HEADINGS if like and one in near]


def listed(typed: str, actor: Actor, resource: str, params: Mapping[str, Any], **size: int) -> Page:
    """A page of all hits of one resource, newest first."""
    asked = asked_for(typed, actor.agency_id)
    rows = Lists(_questions(asked, actor, kinds_of_resource(resource)) if asked else [])
    page = page_of(rows, params, sorts=SORTS, default="-newest", tie="thing", **size)
    return page.of(_hits(page.items, actor, asked) if asked else [])


def place_of_number(typed: str, actor: Actor) -> str:
    """Address of the only object with the number typed; "" if there is none or more than one, or no number was
    typed."""
    asked = as_number(typed)
    if asked is None:
        return ""
    rows = newest_of(_questions(asked, actor, SEARCHED.values()), MANY)[:MANY]
    places = {hit.url for hit in _hits(rows, actor, asked)}
    return places.pop() if len(places) == 1 and len(rows) < MANY else ""


def _counted(asked: Asked, actor: Actor, kinds: Collection[SearchKind]) -> dict[str, list[Found]]:
    """Resource → its newest hits, one more than counted. Three queries, each limited to what is needed."""
    found: dict[str, list[Found]] = {}
    for entry in newest_of(_questions(asked, actor, kinds), MOST + 1):
        found.setdefault(SEARCHED[entry.kind].resource, []).append(entry)
    return {resource: entries[: MOST + 1] for resource, entries in found.items()}


def _questions(asked: Asked, actor: Actor, kinds: Collection[SearchKind]) -> list[Rows]:
    """Rare words use the word index and a sort; common words scan the newest of the kind that the agency may find, and
    for the centre, which may find nearly all, the newest of the kind. If the reader sees few rows of the kind, start
    with those."""
    wide = [kind for kind in kinds if not kind.narrow]
    met = _met(asked, wide)
    narrow = [Entry.objects.seen_by(actor, [kind]).holding(asked).dated() for kind in kinds if kind.narrow]
    common = [_newest(kind, actor, asked) for kind in wide if met[kind.name] is None]
    rare = [
        Entry.objects.of_kind(kind, actor).filter(pk__in=ids).dated_without_index()
        for kind in wide
        if (ids := met[kind.name])
    ]
    return [*narrow, *common, *rare]


def _newest(kind: SearchKind, actor: Actor, asked: Asked) -> Rows:
    if kind.agencies and not actor.is_centre:
        return Findable.objects.of_kind(kind, actor, asked).dated()
    return Entry.objects.of_kind(kind, actor).holding(asked).dated()


def _met(asked: Asked, kinds: Iterable[SearchKind]) -> dict[str, list[int] | None]:
    """SearchKind → ids of the matching entries, None for more than are counted. Ignores visibility and is never shown;
    it chooses the query plan.

    Tries single sufficient words first: they find a third of all entries faster than all spellings together.
    """
    rows = {kind.name: Entry.objects.filter(kind=kind.name) for kind in kinds}
    alone = next(_answer_alone(asked), None) if isinstance(asked, Either) else None
    counts = count_each_by_index({name: few.fitting(alone) for name, few in rows.items()}) if alone else {}
    common = {name for name, number in counts.items() if number > COUNTED}
    found = ids_by_index({name: few.fitting(asked) for name, few in rows.items() if name not in common})
    return {name: None if len(ids) > COUNTED else ids for name, ids in found.items()} | dict.fromkeys(common)


def _answer_alone(asked: Asked) -> Iterator[Word]:
    """Words that alone answer the query. Without numbers, which few objects share."""
    if isinstance(asked, Either):
        for part in asked.parts:
            yield from _answer_alone(part)
    elif isinstance(asked, Word) and not asked.begins and not asked.word.startswith(NUMBER):
        yield asked


def newest_of(questions: list[Rows], most: int) -> list[Found]:
    """The newest of several lists, each limited, in one query; none if there are no lists."""
    return Lists(questions).order_by("-began", "-thing")[:most]


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
        each = {str(place): compiled_rows(rows[cut], *Found._fields) for place, rows in enumerate(self.lists)}
        found = [Found(*row) for rows in rows_of_each(each).values() for row in rows]
        return sorted(found, key=lambda row: (row.at, row.thing), reverse=self.down)


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
    return kind.fetched(kind.read_by(actor).filter(pk__in=ids))


def _hit(kind: SearchKind, thing: Any, asked: Asked, actor: Actor) -> Hit:
    words, (title, *others) = set(_words(asked)), kind.texts_for(thing, actor)
    marked = [(text, places) for text in (title, *others) if (places := _places(text, words))]
    fitting = [(text, places) for text, places in marked if _fits(text, asked)] or marked
    whys = [Match(text.label, list(_pieces(text.value, places))) for text, places in fitting[:MOST_WHYS]]
    note = others[0].value if others and others[0] not in [text for text, _places in fitting] else ""
    return Hit(kind, thing, title.value, note if others and others[0].sort != "number" else "", kind.url(thing), whys)


def _words(asked: Asked) -> Iterator[Word]:
    if isinstance(asked, Word):
        yield asked
    else:
        for part in asked.parts:
            yield from _words(part)


def _fits(text: Phrase, asked: Asked) -> bool:
    """Whether this text alone matches the whole query."""
    values = {word for word, _start, _end in spans_of(text)}
    return answered(asked, values)


def answered(asked: Asked, words: set[str]) -> bool:
    """Whether these words match the whole query."""
    if isinstance(asked, Word):
        return any(one.startswith(asked.word) for one in words) if asked.begins else asked.word in words
    return (all if isinstance(asked, All) else any)(answered(part, words) for part in asked.parts)


def _places(text: Phrase, words: set[Word]) -> list[tuple[int, int]]:
    """Positions of the words in order; touching or overlapping ones merged."""
    exact = {word.word for word in words if not word.begins}
    begun = tuple(word.word for word in words if word.begins)
    found = sorted((s, e) for word, s, e in spans_of(text) if word in exact or word.startswith(begun))
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
