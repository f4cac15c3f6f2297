"""The inbox: news of one person, resolved when read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import COUNTED, Compiled, Moment, at_most_counted, compiled, compiled_ids
from agencies.kernel.errors import Invalid
from agencies.kernel.open_items import AND
from agencies.kernel.paging import PAGE_SIZE, Page
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.work.reading import Reader
from coordination.messaging.notifications.actions import choose_news, mark_all_read, mark_read
from coordination.messaging.notifications.forms import NewsForm
from coordination.messaging.notifications.models import InboxItem, When
from coordination.messaging.outcomes.actions import mark_outcomes_seen
from coordination.messaging.outcomes.models import Outcome

from .news import News, news_of, page_in_sight, parts_in_sight, read_found, seen_of
from .queues import parse_moment

SORTS = {"time": "event__happened_at"}
DEFAULT_SORT = "-time"
UNREAD = "unread "  # prefix of a kind among the counters of the navigation
MINE = "news for me: "  # before a kind, among the names of the lists on home
NEWEST = "news for me"  # the unread items, each with kind and id of its subject


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


def paged(actor: Actor, params: Any, *, everything: bool, size: int = PAGE_SIZE) -> Page:
    """News by the time at which each happened, which is the time that the page shows."""
    mine = InboxItem.objects.visible_to(actor)
    rows = mine if everything else mine.unread()
    return page_in_sight(rows, actor, params, "about", sorts=SORTS, default=DEFAULT_SORT, size=size)


def seen_by(actor: Actor, items: QuerySet[Any]) -> list[QuerySet[Any]]:
    """The items whose subject the actor may see now, a list for each kind."""
    kinds = set(items.order_by().values_list("about_kind", flat=True).distinct()) & RESOURCE_OF_KIND.keys()
    return list(parts_in_sight(items, actor, sorted(kinds)).values())


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


def unread_counters(reader: Reader, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """The counter's lists: unread items with visible subjects. Only kinds with unread items are checked for visibility;
    without any there is no query."""
    kept = reader.actor, reader.about, times.today()
    return {f"inbox{AND}{kind}": _unread(kind, *kept) for kind in _unread_kinds(counts)}


def newest(reader: Reader, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """For home: all unread items, and the titles of their visible subjects, a list for each kind."""
    kept, kinds = (reader.actor, reader.about, get_language() or "", times.today()), _unread_kinds(counts)
    titles = {MINE + kind: _titles(kind, *kept) for kind in kinds}
    return {NEWEST: _newest(reader.actor, times.today()), **titles} if kinds else {}


def is_listed(names: Iterable[str]) -> bool:
    return any(name.startswith(MINE) for name in names)


def unread_in_sight(actor: Actor, found: Mapping[str, Mapping[Any, str]], shown: int) -> tuple[list[Any], int]:
    """The newest unread items, with the titles that `newest` found, and the number of all."""
    known = {
        (name.removeprefix(MINE), pk): title
        for name, some in found.items()
        if name.startswith(MINE)
        for pk, title in some.items()
    }
    about = {item: subject.split(" ") for item, subject in found.get(NEWEST, {}).items()}
    subjects = {item: (kind, UUID(pk)) for item, (kind, pk) in about.items()}
    seen = {item: known[subject] for item, subject in subjects.items() if subject in known}
    return read_found(InboxItem.objects.visible_to(actor), actor, dict(islice(seen.items(), shown))), len(seen)


def _unread_kinds(counts: Mapping[str, int]) -> list[str]:
    kinds = {name.removeprefix(UNREAD) for name in counts if name.startswith(UNREAD)} & set(RESOURCE_OF_KIND)
    return sorted(kind for kind in kinds if RESOURCE_OF_KIND[kind].summary)


@lru_cache(maxsize=2048)
def _unread(kind: str, actor: Actor, about: frozenset[str] | None, day: date) -> Compiled:
    """Compiled once for each person and day, like the counters of the navigation."""
    asked: Any = Moment()
    unread = InboxItem.objects.visible_to(actor).unread(asked)
    return compiled(parts_in_sight(unread, actor, [kind], about)[kind])


@lru_cache(maxsize=1024)
def _newest(actor: Actor, day: date) -> Compiled:
    """Newest first, up to the limit of counting."""
    asked: Any = Moment()
    rows = InboxItem.objects.visible_to(actor).unread(asked).order_by("-event__happened_at", "-pk")
    subject = Concat("about_kind", Value(" "), Cast("about_id", CharField()), output_field=CharField())
    return compiled_ids(rows[: COUNTED + 1], subject)


@lru_cache(maxsize=2048)
def _titles(kind: str, actor: Actor, about: frozenset[str] | None, language: str, day: date) -> Compiled:
    """Compiled like `_unread`; titles depend on the reader's language."""
    asked: Any = Moment()
    unread = InboxItem.objects.visible_to(actor).unread(asked).filter(about_kind=kind)
    summary = RESOURCE_OF_KIND[kind].summary
    seen = seen_of(actor, kind, about).filter(pk__in=unread.values("about_id")[: COUNTED + 1])
    return compiled_ids(seen, summary.expression if summary else "")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("item", "invalid", _("There is no such notification.")) from wrong


def _moment(text: str) -> datetime:
    if (found := parse_moment(text)) is None:
        raise Invalid.field("until", "invalid", _("There is no such notification."))
    return found
