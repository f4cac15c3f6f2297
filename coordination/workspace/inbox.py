"""The inbox: news of one person, resolved when read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import COUNTED, Compiled, Moment, at_most_counted, compiled, compiled_ids
from agencies.kernel.errors import Invalid
from agencies.kernel.paging import PAGE_SIZE, Page, page_of
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from coordination.messaging.notifications.actions import choose_news, mark_all_read, mark_read
from coordination.messaging.notifications.forms import NewsForm
from coordination.messaging.notifications.models import InboxItem, When
from coordination.messaging.outcomes.actions import mark_outcomes_seen
from coordination.messaging.outcomes.models import Outcome

from .news import News, in_sight, news_of, with_titles
from .queues import parse_moment

SORTS = {"time": "event__happened_at"}
DEFAULT_SORT = "-time"
UNREAD = "unread "  # prefix of a kind among the counters of the navigation
MINE = "news for me"  # the name of the list on home; no noun has it


@dataclass(frozen=True)
class InboxRow:
    """An item with its present content. `waits` is the digest that it waits for."""

    item: InboxItem
    news: News
    waits: datetime | None = None


@page(CASE_READER)
def inbox(request: HttpRequest) -> HttpResponse:
    actor, until = actor_of(request), times.now()
    everything = request.GET.get("all") == "1"
    found = paged(actor, request.GET, everything=everything)
    context = {
        "page": found.of(lines(found.items, actor)),
        "until": until.isoformat(),
        "everything": everything,
        "tabs": [
            {"url": "?", "label": _("Unread"), "count": None, "active": not everything},
            {"url": "?all=1", "label": _("All news"), "count": None, "active": everything},
        ],
    }
    return render(request, "notifications/inbox.html", context)


@page(CASE_READER)
@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Marks one item as read, or all that counted when the page was shown."""
    actor = actor_of(request)
    if "until" in request.POST:
        read_all(actor, _moment(request.POST["until"]))
    else:
        read(actor, _id(request.POST.get("item", "")))
    return redirect("inbox")


def read(actor: Actor, *items: UUID) -> int:
    """Marks items of the actor as read, and their outcomes as seen."""
    mine = InboxItem.objects.visible_to(actor).filter(pk__in=items)
    mark_outcomes_seen(Outcome.objects.visible_to(actor).filter(event__in=mine.values("event")), actor=actor)
    return mark_read(*items, actor=actor)


def read_all(actor: Actor, until: datetime) -> int:
    mine = InboxItem.objects.visible_to(actor).unread(min(until, times.now()))
    mark_outcomes_seen(Outcome.objects.visible_to(actor).filter(event__in=mine.values("event")), actor=actor)
    return mark_all_read(actor=actor, until=until)


@page(CASE_READER)
def inbox_settings(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    form = NewsForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        rest = {name: form.cleaned_data[name] for name in ("digest_hour", "by_mail") if name in form.cleaned_data}
        choose_news(person, form.chosen, actor=actor_of(request), **rest)
        messages.success(request, _("Your choice is saved."))
        return redirect("inbox_settings")
    context = {"form": form, "mails": settings.MAILS, "address": person.email}
    return render(request, "notifications/settings.html", context, status=400 if form.is_bound else 200)


def items_for(actor: Actor, *, everything: bool = True) -> QuerySet[Any]:
    mine = InboxItem.objects.visible_to(actor)
    return seen_by(actor, mine if everything else mine.unread())


def paged(actor: Actor, params: Any, *, everything: bool, size: int = PAGE_SIZE) -> Page:
    """News by the time at which each happened, which is the time that the page shows."""
    rows = items_for(actor, everything=everything)
    return page_of(rows, params, sorts=SORTS, default=DEFAULT_SORT, size=size)


def seen_by(actor: Actor, items: QuerySet[Any], kinds: Iterable[str] = RESOURCE_OF_KIND) -> QuerySet[Any]:
    """Items whose subject the actor may see now."""
    return in_sight(items, actor, kinds, "about")


def lines(items: list[InboxItem], actor: Actor) -> list[InboxRow]:
    now = times.now()
    return [
        InboxRow(item, news, waits=_waits_for(item, now))
        for item, news in zip(items, news_of(items, actor), strict=True)
    ]


def _waits_for(item: InboxItem, now: datetime) -> datetime | None:
    digest = item.counts_from if item.when == When.DAILY and item.read_at is None else None
    return digest if digest and digest > now else None


def unread_by_kind(actor: Actor) -> QuerySet[Any]:
    """(kind, rows) of unread items regardless of visibility, for `count_each`; not shown to anyone."""
    asked: Any = Moment()
    mine = at_most_counted(InboxItem.objects.visible_to(actor).unread(asked)).order_by()
    kind = Concat(Value(UNREAD), F("about_kind"), output_field=CharField())
    counted: QuerySet[Any] = mine.values_list(kind).annotate(Count("pk"))
    return counted


def unread_counters(actor: Actor, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """The counter's query: unread items with visible subjects. Only kinds with unread items are checked for visibility;
    without any there is no query."""
    kinds = _unread_kinds(counts)
    return {"inbox": _unread(actor, kinds, times.today())} if kinds else {}


def newest(actor: Actor, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """For home: the query for all unread items and the titles of their subjects, to be combined with others. Newest
    first; the counter is the number of those with a title."""
    kinds = _unread_kinds(counts)
    return {MINE: _newest(actor, kinds, get_language() or "", times.today())} if kinds else {}


def _unread_kinds(counts: Mapping[str, int]) -> tuple[str, ...]:
    kinds = {name.removeprefix(UNREAD) for name in counts if name.startswith(UNREAD)} & set(RESOURCE_OF_KIND)
    return tuple(sorted(kinds))


@lru_cache(maxsize=512)
def _unread(actor: Actor, kinds: tuple[str, ...], day: date) -> Compiled:
    """Cached like the queries of `queues.standing`."""
    asked: Any = Moment()
    return compiled(seen_by(actor, InboxItem.objects.visible_to(actor).unread(asked), kinds).select_related(None))


@lru_cache(maxsize=512)
def _newest(actor: Actor, kinds: tuple[str, ...], language: str, day: date) -> Compiled:
    """Cached like `_unread`; titles depend on the reader's language."""
    asked: Any = Moment()
    unread = with_titles(InboxItem.objects.visible_to(actor).unread(asked), actor, kinds, "about")
    return compiled_ids(unread.order_by("-event__happened_at", "-pk")[: COUNTED + 1], "about")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("item", "invalid", _("There is no such notification.")) from wrong


def _moment(text: str) -> datetime:
    if (found := parse_moment(text)) is None:
        raise Invalid.field("until", "invalid", _("There is no such notification."))
    return found
