"""The time line of a case: deadlines ahead, then acts, newest first. Lines of the system between two acts are folded.

Filters in the address: `strand`, the id of a proceeding or referral that the reader sees on the case, and `kind`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import EventQuerySet
from agencies.kernel import times
from agencies.kernel.facets import FacetChoice
from agencies.kernel.paging import Page, page_of
from agencies.kernel.resource import RESOURCES
from agencies.people.timeline import TimelineEntry, entries, sentences

from .case_page import CasePage

PERSONS, SYSTEM, DEADLINES = "persons", "system", "deadlines"
KINDS = ((PERSONS, _("Acts of persons")), (SYSTEM, _("Entries of the system")), (DEADLINES, _("Deadlines")))
NEWEST_FIRST = "-happened"


@dataclass(frozen=True)
class TimelineLine:
    """One line: an act (`entry`), a deadline (`clock`), or several lines of the system (`folded`)."""

    at: datetime
    entry: TimelineEntry | None = None
    clock: Any = None
    folded: list[TimelineEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """`ahead` are the deadlines after `now`, the furthest first; they are on the first page only."""

    ahead: list[TimelineLine]
    now: datetime
    past: list[TimelineLine]
    page: Page
    strands: list[FacetChoice]
    kinds: list[FacetChoice]
    is_first: bool


def timeline_of(parts: CasePage) -> Timeline:
    """The page of the time line that the parameters of the address ask for."""
    strand, kind = _strand_of(parts), parts.params.get("kind", "")
    kind = kind if kind in dict(KINDS) else ""
    page = page_of(_events(parts, strand, kind), parts.params, sorts={"happened": "happened_at"}, default=NEWEST_FIRST)
    names = parts.names({event.object_kind for event in page.items})
    is_first = not page.previous and page.sort == NEWEST_FIRST
    now, ahead, late = times.now(), list[TimelineLine](), list[TimelineLine]()
    if is_first and kind in ("", DEADLINES):
        about = _ids_of(strand) if strand is not None else set()
        for clock in parts.pending:
            if clock.due_at and (strand is None or clock.subject_id in about):
                (ahead if clock.due_at > now else late).append(TimelineLine(clock.due_at, clock=clock))
    return Timeline(
        ahead=sorted(ahead, key=lambda one: one.at, reverse=True),
        now=now,
        past=_with_deadlines(list(_folded(entries(page.items, parts.actor, sentences(), names), kind)), late),
        page=page,
        strands=_strands(parts, strand, kind),
        kinds=[
            FacetChoice(label, _address(strand, value), active=value == kind)
            for value, label in (("", _("All")), *KINDS)
        ],
        is_first=is_first,
    )


def _strand_of(parts: CasePage) -> Any:
    """The proceeding or referral of the filter, as far as the reader sees it on the case; else None."""
    wanted = str(parts.params.get("strand", ""))
    return next((thing for thing, _status in parts.things if str(thing.pk) == wanted), None)


def _events(parts: CasePage, strand: Any, kind: str) -> EventQuerySet:
    events = parts.events()
    if kind == PERSONS:
        events = events.filter(actor_kind="user")
    elif kind == SYSTEM:
        events = events.exclude(actor_kind="user")
    elif kind == DEADLINES:
        events = events.filter(object_kind="clock")
    if strand is not None:
        about = Q(object_id=strand.pk)
        for inside in _insides(strand):
            about |= Q(object_id__in=inside)
        events = events.filter(about)
    return events


def _insides(strand: Any) -> Iterator[Any]:
    """The ids of what belongs to a proceeding, a query for each kind, to be part of another."""
    for resource in RESOURCES.values():
        path = resource.on_case.in_proceeding if resource.on_case else ""
        if path and strand.clock_kind == "proceeding":
            yield resource.model._base_manager.filter(**{path: strand.pk}).values("pk")


def _ids_of(strand: Any) -> set[UUID]:
    """What a deadline of the strand is about: the strand, or a decision, person or measure inside it."""
    return {strand.pk}.union(*(inside.values_list("pk", flat=True) for inside in _insides(strand)))


def _folded(lines: Iterable[TimelineEntry], kind: str) -> Iterator[TimelineLine]:
    """Acts, each as its own part; neighbouring lines of the system as one, unless they were asked for."""
    for of_person, some in groupby(lines, key=lambda line: line.event.actor_kind == "user" or kind == SYSTEM):
        group = list(some)
        if of_person or len(group) == 1:
            yield from (TimelineLine(line.happened_at, entry=line) for line in group)
        else:
            yield TimelineLine(group[0].happened_at, folded=group)


def _with_deadlines(past: list[TimelineLine], late: list[TimelineLine]) -> list[TimelineLine]:
    """Deadlines that have passed and are still open, at their place among the acts."""
    return sorted([*past, *late], key=lambda part: part.at, reverse=True) if late else past


def _strands(parts: CasePage, chosen: Any, kind: str) -> list[FacetChoice]:
    found = [FacetChoice(_("All"), _address(None, kind), active=chosen is None)]
    for thing, status in parts.things:
        label = f"{thing.get_kind_display()} {status.number}".strip()
        found.append(FacetChoice(label, _address(thing, kind), active=thing is chosen))
    return found if len(found) > 2 else []


def _address(strand: Any, kind: str) -> str:
    asked = {"tab": "timeline", "strand": str(strand.pk) if strand is not None else "", "kind": kind}
    return "?" + urlencode({name: value for name, value in asked.items() if value})
