"""Live updates: how much is new on the open page, polled by its script.

The answer contains only counts and fixed texts, limited to what the reader sees. Rows move only when the reader asks
for it.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_up_to, format_count
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.work.models import WorkItemQuerySet, acted_by_others
from agencies.work.reading import DeskReader
from coordination.messaging.notifications.models import InboxItem

from . import board, inbox, queues
from .desk import WORK, desk_of
from .navigation import behind_more
from .pages import pages
from .waiting import queue

FURTHEST = timedelta(days=1)  # a page that was open longer is reloaded when its reader returns


@page(SIGNED_IN)
def fresh(request: HttpRequest) -> HttpResponse:
    """How much is new in the list at `page` since `since`, and the counters of the navigation; 304 if unchanged."""
    request.by_itself = True  # type: ignore[attr-defined]  # not a user action: does not extend the session
    actor = actor_of(request)
    new = _new(desk_of(request).reader, request.GET.get("page", ""), queues.parse_moment(request.GET.get("since", "")))
    counted = desk_of(request).numbers
    names = [WORK, *(one.page for one in pages())]
    counts = {name: format_count(counted[name]) for name in names if counted.get(name)}
    counts |= behind_more(actor, counted)
    words = ngettext("%(number)s new or changed", "%(number)s new or changed", new) % {"number": format_count(new)}
    news = {
        "new": new,
        "words": words,
        "show": _("Show"),
        "gone": _("You are signed out. Sign in again to continue."),
        "counts": counts,
    }
    body = json.dumps(news, ensure_ascii=False)
    tag = f'"{salted_hmac(f"fresh {actor.id} {get_language()}", body, algorithm="sha256").hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})


def _new(reader: DeskReader, address: str, since: datetime | None) -> int:
    """0 for a page without a list."""
    if since is None or not reader.actor.reads_cases:
        return 0
    return sum(map(count_up_to, _lists(reader, address, max(since, times.now() - FURTHEST))))


def _lists(reader: DeskReader, address: str, since: datetime) -> list[QuerySet[Any]]:
    parts = urlsplit(address) if len(address) < 4000 and address.startswith("/") else urlsplit("")
    try:
        name = resolve(parts.path).url_name or ""
    except Resolver404:
        return []
    query, actor = QueryDict(parts.query), reader.actor
    for resource in RESOURCES.values():
        if name and resource.listing and resource.listing.page == name:
            return [_changed(resource.listing.filters(query, resource.list_rows(actor), actor=actor).qs, actor, since)]
        if name in resource.news_on:
            return resource.news_on[name](actor, query, since, _acts(actor, since))
    if name == "inbox":
        return [inbox.in_sight(actor, InboxItem.objects.visible_to(actor).unread().filter(created_at__gt=since))]
    if not actor.is_staff:
        return []
    if name == "home":
        return [_changed_items(queue("work", reader), reader, since)]
    if name == "queues" and not query.get("case"):
        rows: Any = queues.filters_of(query, reader).qs
        if query.get("queue") == "party":
            found = (
                queues.visible(kind, actor).filter(pk__in=rows.values("object_id")) for kind in _kinds_of_parties()
            )
            return [_changed(one, actor, since) for one in found]
        return [_changed_items(rows, reader, since)]
    if name == "board":
        return [_changed(rows, actor, since) for rows in board.all_rows(query, actor).values()]
    return []


def _kinds_of_parties() -> list[str]:
    return [one.kind for one in RESOURCES.values() if one.open_items and one.open_items.of_parties]


def _changed_items(rows: WorkItemQuerySet, reader: DeskReader, since: datetime) -> QuerySet[Any]:
    """Of work items; a called conference is new to all but the caller."""
    called = Q(kind="conference", came_at__gt=since) & ~Q(other_id=reader.actor.agency_id)
    return rows.filter(acted_by_others(since, reader.actor.id) | called)


def _changed(rows: QuerySet[Any], actor: Actor, since: datetime) -> QuerySet[Any]:
    """Rows on which another person acted. Starts from the few recent events instead of the many rows."""
    acts = _acts(actor, since)
    resource = resource_of(rows.model())
    arrived = Q(pk__in=_done_to(acts, resource.kind))
    if resource.listing:
        arrived |= resource.listing.arrived(actor, since, acts)
    return rows.order_by().filter(arrived)


def _acts(actor: Actor, since: datetime) -> QuerySet[Event]:
    """Events of other people, as far as the reader may read the journal."""
    return Event.objects.readable_by_agency(actor.agency_id).filter(recorded_at__gt=since).exclude(actor_id=actor.id)


def _done_to(acts: QuerySet[Event], kind: str) -> Any:
    return acts.filter(object_kind=kind).values("object_id")
