"""Searches the index: what matches, why, and where it is shown. Always limited to what the actor may see."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain
from typing import Any

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from agencies.kernel.actor import Actor
from agencies.kernel.paging import PAGE_SIZE, Page, page_of_chosen
from agencies.kernel.resource import HEADINGS, SEARCHED
from agencies.kernel.search_parts import SearchKind
from agencies.kernel.texts import Text
from cases.casefile.naming import case_named

from .models import Entry
from .query import AllOf, QueryTree, Word, as_number, asked_for, mistyped
from .words import Span, spans_of

MOST = 100  # counted hits of a resource; beyond that "more than" is enough
SHOWN = 5  # hits of a resource on the overview
SORTS = {"newest": "at"}
MANY = 20  # objects with the same number that are checked for a common page
MOST_WHYS = 3
OF_CASE = "case_id"  # the subject of what belongs to a case
WIDTH = 60  # characters shown before and after a match in a long text

Piece = tuple[str, bool]
"""A piece of text, and whether it matches."""


@dataclass(frozen=True)
class TextMatch:
    """A text of the hit with its matches marked."""

    label: Any
    pieces: list[Piece]


@dataclass(frozen=True)
class SearchHit:
    """`title` is the object's title, `whys` the matching texts, `note` a further distinction; `case` names the case to
    which the object belongs, if the reader may know it."""

    kind: SearchKind
    thing: Any
    title: str
    note: str
    url: str
    whys: list[TextMatch]
    case: str


@dataclass(frozen=True)
class HitGroup:
    """Hits of one resource: `count` of them, or more than that."""

    resource: str
    label: Text
    hits: list[SearchHit]
    count: int
    more: bool
    similar: bool = False


def kinds_of_resource(resource: str) -> list[SearchKind]:
    return [kind for kind in SEARCHED.values() if kind.resource == resource]


def groups(typed: str, actor: Actor) -> list[HitGroup]:
    """Newest hits of each resource; if no party matches, parties with similar names; if nothing does, similar texts of
    every kind."""
    asked = asked_for(typed, actor.agency_id)
    if asked is None:
        return []
    found = _newest_of_each(asked, actor, HEADINGS)
    like = None if "parties" in found else mistyped(typed)
    near = _newest_of_each(like, actor, ["parties"] if found else HEADINGS) if like else {}
    rows = [_group(resource, entries, actor, asked) for resource, entries in found.items()]
    return rows + [_group(one, entries, actor, like, similar=True) for one, entries in near.items() if like]


def listed(typed: str, actor: Actor, resource: str, params: Mapping[str, Any], size: int = PAGE_SIZE) -> Page:
    """A page of all hits of one resource, newest first."""
    asked = asked_for(typed, actor.agency_id)
    page = _page(asked, actor, kinds_of_resource(resource), params, size)
    return page.of(_hits(page.items, actor, asked) if asked else [])


def place_of_number(typed: str, actor: Actor) -> str:
    """Address of the only object with the number typed; "" if there is none or more than one, or no number was
    typed."""
    asked = as_number(typed)
    if asked is None:
        return ""
    page = _page(asked, actor, SEARCHED.values(), {}, MANY)
    places = {hit.url for hit in _hits(page.items, actor, asked)}
    return places.pop() if len(places) == 1 and not page.next else ""


def newest(asked: QueryTree, actor: Actor, kinds: Collection[SearchKind], most: int) -> list[Entry]:
    """The newest entries of these kinds that match and that the actor may read."""
    return _page(asked, actor, kinds, {}, most).items


def _newest_of_each(asked: QueryTree, actor: Actor, resources: Iterable[str]) -> dict[str, list[Entry]]:
    """Resource → its newest hits, one more than is counted, for resources with any."""
    kinds = {resource: kinds_of_resource(resource) for resource in resources}
    first = _first_of_each_kind(asked, actor, list(chain.from_iterable(kinds.values())))
    readable = _readable(actor, first)
    found: dict[str, list[Entry]] = {}
    for resource, some in kinds.items():
        names = {kind.name for kind in some}
        all_of, hits = ([one for one in entries if one.kind in names] for entries in (first, readable))
        if len(hits) < len(all_of) and len(all_of) > MOST:  # further ones may be readable
            hits = newest(asked, actor, some, MOST + 1)
        if hits:
            found[resource] = hits[: MOST + 1]
    return found


def _first_of_each_kind(asked: QueryTree, actor: Actor, kinds: Collection[SearchKind]) -> list[Entry]:
    """The newest entries that match, one more of each kind than is counted. A common word is read from the index once,
    not once for each kind."""
    place = Window(RowNumber(), partition_by="kind", order_by=["-at", "-thing"])
    rows = Entry.objects.matching(asked, actor, kinds).defer("words").annotate(place=place)
    return list(rows.filter(place__lte=MOST + 1).order_by("-at", "-thing"))


def _page(
    asked: QueryTree | None, actor: Actor, kinds: Collection[SearchKind], params: Mapping[str, Any], size: int
) -> Page:
    """One page of the entries that match and that the actor may read, newest first.

    The index finds the newest that match, and those that the actor may not read are left out until the page is full. A
    condition for all that match would be checked for each of them before they are ordered.
    """
    rows = Entry.objects.matching(asked, actor, kinds) if asked else Entry.objects.none()
    order: Any = {"sorts": SORTS, "default": "-newest", "tie": "thing"}
    return page_of_chosen(rows.defer("words"), params, choose=partial(_readable, actor), size=size, **order)


def _readable(actor: Actor, entries: list[Entry]) -> list[Entry]:
    """Those of the entries whose object the actor may read; one that was deleted since is none."""
    ids: dict[str, list[Any]] = {}
    for entry in entries:
        ids.setdefault(entry.kind, []).append(entry.thing)
    read = {
        (kind, pk)
        for kind, some in ids.items()
        for pk in SEARCHED[kind].read_by(actor).order_by().filter(pk__in=some).values_list("pk", flat=True)
    }
    return [entry for entry in entries if (entry.kind, entry.thing) in read]


def _group(resource: str, entries: list[Entry], actor: Actor, asked: QueryTree, *, similar: bool = False) -> HitGroup:
    hits = _hits(entries[:SHOWN], actor, asked)
    return HitGroup(resource, HEADINGS[resource], hits, min(len(entries), MOST), len(entries) > MOST, similar)


# Hits ----------------------------------------------------------------------------------------------------------------
def _hits(entries: list[Entry], actor: Actor, asked: QueryTree) -> list[SearchHit]:
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


def _hit(kind: SearchKind, thing: Any, asked: QueryTree, actor: Actor) -> SearchHit:
    words, (title, *others) = set(_words(asked)), kind.texts_for(thing, actor)
    split = [(text, list(spans_of(text))) for text in (title, *others)]
    marked = [(text, spans, places) for text, spans in split if (places := _places(spans, words))]
    # Texts that alone match the whole query, else all that match.
    fitting = [one for one in marked if answered(asked, {word for word, _start, _end in one[1]})] or marked
    whys = [TextMatch(text.label, list(_pieces(text.value, places))) for text, _spans, places in fitting[:MOST_WHYS]]
    note = others[0].value if others and others[0] not in [text for text, *_rest in fitting] else ""
    note = note if others and others[0].sort != "number" else ""
    return SearchHit(kind, thing, title.value, note, kind.url(thing), whys, getattr(thing, "named_case", None) or "")


def _words(asked: QueryTree) -> Iterator[Word]:
    if isinstance(asked, Word):
        yield asked
    else:
        for part in asked.parts:
            yield from _words(part)


def answered(asked: QueryTree, words: set[str]) -> bool:
    """Whether these words match the whole query."""
    if isinstance(asked, Word):
        return any(one.startswith(asked.word) for one in words) if asked.begins else asked.word in words
    return (all if isinstance(asked, AllOf) else any)(answered(part, words) for part in asked.parts)


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
