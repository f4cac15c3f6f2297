"""News of an agency: the present texts of its notices, limited to objects that the reader may still see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Case as Which
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from agencies.journal.models import Event, Stream, later_corrections
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, compiled_ids, first_of_each
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.organisations.models import Agency
from agencies.people.timeline import Entry, entries, sentences
from cases.casefile.models import case_named
from coordination.messaging.notifications.models import Notice

NEWS = "news"  # the name of the list on home; no noun has it
KIND = "news about "  # before a kind, among the names of what is counted
RECENT = 200  # notices among which those of home are looked for, if few of the newest are visible
TRIED = 30  # notices that are looked at first


@dataclass(frozen=True)
class News:
    """A sentence, its subject, the subject's address, and number and title of the case if the reader sees it."""

    entry: Entry
    about: str
    url: str
    case: str = ""


@page(STAFF)
def notices(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    found = page_of(notices_for(actor), request.GET, sorts={"time": "created_at"}, default="-time")
    return render(request, "notifications/notices.html", {"page": found, "news": news_of(found.items, actor)})


def recent_kinds(actor: Actor) -> QuerySet[Any]:
    """(name, rows) for each kind among the latest notices of the agency, for `count_each`; not shown to anyone."""
    latest = Notice.objects.visible_to(actor).order_by("-created_at").values("pk")[:RECENT]
    name = Concat(Value(KIND), F("event__object_kind"), output_field=CharField())
    counted: QuerySet[Any] = Notice.objects.filter(pk__in=latest).order_by().values_list(name).annotate(Count("pk"))
    return counted


def newest(actor: Actor, counts: Mapping[str, int], tried: int = TRIED) -> dict[str, Compiled]:
    """For home: the query for the newest notices of the agency and the titles of their subjects, to be combined with
    others. Those whose subjects the actor may not see have no title.

    Only the kinds that `recent_kinds` found are checked for visibility; without any there is no query.
    """
    kinds = {name.removeprefix(KIND) for name in counts if name.startswith(KIND)} & set(RESOURCE_OF_KIND)
    if not kinds:
        return {}
    return {NEWS: _newest(actor, tuple(sorted(kinds)), tried, get_language() or "", times.today())}


@lru_cache(maxsize=512)
def _newest(actor: Actor, kinds: tuple[str, ...], tried: int, language: str, day: date) -> Compiled:
    """Cached like the queries of the inbox; names of rules depend on the reader's language."""
    titled = with_titles(Notice.objects.visible_to(actor), actor, kinds, "event__object")
    return compiled_ids(titled.order_by("-created_at", "-pk")[:tried], "about")


def shown_of(found: Mapping[Any, str | None], actor: Actor, count: int, counts: Mapping[str, int]) -> dict[Any, str]:
    """The first visible notices of those found. Reads more, once, if few of the newest are visible."""
    seen = visible_of(found)
    if len(seen) < count and len(found) == TRIED:
        seen = visible_of(first_of_each(newest(actor, counts, RECENT))[NEWS])
    return dict(islice(seen.items(), count))


def read_found(rows: QuerySet[Any], actor: Actor, about: Mapping[Any, str]) -> list[Any]:
    """The rows found by a compiled query, with the titles that it returned, in its order."""
    if not about:
        return []
    found = _with_events(rows.filter(pk__in=about), actor).in_bulk()
    for pk, row in found.items():
        row.about = about[pk]
    return [found[pk] for pk in about if pk in found]


def visible_of(found: Mapping[Any, str | None]) -> dict[Any, str]:
    """The entries of a list found by a compiled query whose subjects the reader may see: the others have no title."""
    return {pk: title for pk, title in found.items() if title is not None}


def notices_for(actor: Actor) -> QuerySet[Any]:
    """Notices of the actor's agency about objects that the actor may see now."""
    return in_sight(Notice.objects.visible_to(actor), actor, RESOURCE_OF_KIND)


def in_sight(rows: QuerySet[Any], actor: Actor, kinds: Iterable[str], of: str = "event__object") -> QuerySet[Any]:
    """Rows about visible objects of these kinds; rows about objects no longer visible are left out."""
    return _with_events(with_titles(rows, actor, kinds, of).exclude(about=None), actor)


def with_titles(rows: QuerySet[Any], actor: Actor, kinds: Iterable[str], of: str) -> QuerySet[Any]:
    """Annotates `about`, the present title of the subject, or NULL if the actor may not see it.

    `of` is the prefix of the columns with kind and id of the subject. Only the visibility of its kind is checked.
    """
    titles = [
        When(
            **{f"{of}_kind": one.kind},
            then=Subquery(
                # Without an order, because an id names one row.
                one.model.objects.visible_to(actor)
                .order_by()
                .filter(pk=OuterRef(f"{of}_id"))
                .values(shown_as=one.summary.expression)
            ),
        )
        for one in map(RESOURCE_OF_KIND.__getitem__, kinds)
        if one.summary
    ]
    annotated: QuerySet[Any] = rows.annotate(about=Which(*titles, default=None, output_field=CharField()))
    return annotated


def _with_events(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """With corrections of the event, and number and title of its case if the actor sees it."""
    annotated: QuerySet[Any] = rows.annotate(
        **later_corrections("event_id"), of_case=case_named(actor, "event__stream__subject")
    )
    return annotated.select_related("event__note", "event__stream")


def news_of(notices: list[Any], actor: Actor, near: Iterable[Agency] = ()) -> list[News]:
    for notice in notices:
        notice.event.later_annulled, notice.event.later_at = notice.later_annulled, notice.later_at
    timeline = entries([notice.event for notice in notices], actor, sentences(), near=near)
    news = [_news(entry, notice) for entry, notice in zip(timeline, notices, strict=True)]
    # The subject of news about a case is its number, so that only its title is added.
    return [
        replace(one, case=(notice.of_case or "").removeprefix(one.about).strip())
        for one, notice in zip(news, notices, strict=True)
    ]


def _news(entry: Entry, notice: Any) -> News:
    event: Event = notice.event
    kind, pk = getattr(notice, "about_kind", event.object_kind), getattr(notice, "about_id", event.object_id)
    if pk != event.object_id:
        # For the outcome of a sent item: its sender may know the action, but not the accompanying texts.
        without_texts = replace(entry, note="", own=False, paper="", with_other=False, step=None)
        return News(without_texts, notice.about, _of(kind, pk))
    return News(entry, notice.about, _address(event))


def _of(kind: str, pk: UUID) -> str:
    return _page(RESOURCE_OF_KIND[kind].page, pk)


def _address(event: Event) -> str:
    summary = RESOURCE_OF_KIND[event.object_kind].summary
    if summary and summary.on_case:
        return _page("case", event.stream.subject) if event.stream.kind == Stream.Kind.CASE else ""
    return _of(event.object_kind, event.object_id)


def _page(name: str, pk: UUID) -> str:
    return reverse(name, args=[pk])
