"""News of an agency: the present texts of its notices, limited to objects that the reader may still see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agencies.journal.models import Event, Stream, later_corrections
from agencies.kernel.actor import Actor
from agencies.kernel.paging import Page, page_of_chosen
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.people.timeline import TimelineEntry, entries, sentences
from cases.casefile.naming import case_named
from coordination.messaging.notifications.models import Notice

Subject = tuple[str, UUID]  # kind and id of an object
BY_TIME: Any = {"sorts": {"time": "created_at"}, "default": "-time"}


@dataclass(frozen=True)
class NewsItem:
    """A sentence, its subject, the subject's address, and number and title of the case if the reader sees it."""

    entry: TimelineEntry
    about: str
    url: str
    case: str = ""


@page(STAFF)
def notices(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    found = page_in_sight(Notice.objects.visible_to(actor), actor, request.GET, "event__object", **BY_TIME)
    return render(request, "notifications/notices.html", {"page": found, "news": news_of(found.items, actor)})


def latest(actor: Actor, count: int) -> list[Any]:
    """The newest notices of the agency about objects that the actor may see, with their titles."""
    shown = page_in_sight(Notice.objects.visible_to(actor), actor, {}, "event__object", size=count, **BY_TIME)
    return shown.items


def titles(actor: Actor, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """The present titles of those of these objects that the actor may see: one query for each kind."""
    by_kind: dict[str, set[UUID]] = {}
    for kind, pk in subjects:
        by_kind.setdefault(kind, set()).add(pk)
    found: dict[Subject, str] = {}
    for kind, ids in by_kind.items():
        resource = RESOURCE_OF_KIND.get(kind)
        if resource and resource.summary:
            model: Any = resource.model
            seen = model.objects.visible_to(actor).filter(pk__in=ids).order_by()
            found |= {(kind, pk): title for pk, title in seen.values_list("pk", resource.summary.expression)}
    return found


def page_in_sight(rows: QuerySet[Any], actor: Actor, params: Any, of: str, **order: Any) -> Page:
    """One page of rows about visible objects, with their titles.

    `of` is the prefix of the columns with kind and id of the subject. The rows are read first: a condition for all
    kinds would be a query of 100,000 characters.
    """
    kind_of, id_of = (attrgetter(f"{of}_{part}".replace("__", ".")) for part in ("kind", "id"))

    def choose(found: list[Any]) -> list[Any]:
        known = titles(actor, [(kind_of(row), id_of(row)) for row in found])
        for row in found:
            row.about = known.get((kind_of(row), id_of(row)))
        return [row for row in found if row.about is not None]

    return page_of_chosen(_with_events(rows, actor), params, choose=choose, **order)


def _with_events(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """With corrections of the event, and number and title of its case if the actor sees it."""
    annotated: QuerySet[Any] = rows.annotate(
        **later_corrections("event_id"), of_case=case_named(actor, "event__stream__subject")
    )
    return annotated.select_related("event__note", "event__stream")


def news_of(notices: list[Any], actor: Actor) -> list[NewsItem]:
    for notice in notices:
        notice.event.later_annulled, notice.event.later_at = notice.later_annulled, notice.later_at
    timeline = entries([notice.event for notice in notices], actor, sentences())
    news = [_news(entry, notice) for entry, notice in zip(timeline, notices, strict=True)]
    # The subject of news about a case is its number, so that only its title is added.
    return [
        replace(one, case=(notice.of_case or "").removeprefix(one.about).strip())
        for one, notice in zip(news, notices, strict=True)
    ]


def _news(entry: TimelineEntry, notice: Any) -> NewsItem:
    event: Event = notice.event
    kind, pk = getattr(notice, "about_kind", event.object_kind), getattr(notice, "about_id", event.object_id)
    if pk != event.object_id:
        # For the outcome of a sent item: its sender may know the action, but not the accompanying texts.
        without_texts = replace(entry, note="", own=False, paper="", with_other=False, step=None)
        return NewsItem(without_texts, notice.about, _of(kind, pk))
    return NewsItem(entry, notice.about, _address(event))


def _of(kind: str, pk: UUID) -> str:
    return _page(RESOURCE_OF_KIND[kind].page, pk)


def _address(event: Event) -> str:
    summary = RESOURCE_OF_KIND[event.object_kind].summary
    if summary and summary.on_case:
        return _page("case", event.stream.subject) if event.stream.kind == Stream.Kind.CASE else ""
    return _of(event.object_kind, event.object_id)


def _page(name: str, pk: UUID) -> str:
    return reverse(name, args=[pk])
