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
from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models import When as Where
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import COUNTED, Compiled, Moment, at_most_counted, compiled, compiled_ids
from agencies.kernel.errors import Invalid
from agencies.kernel.open_items import AND
from agencies.kernel.paging import PAGE_SIZE, Page
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.work import Sees
from agencies.work.reading import limited
from coordination.messaging.notifications.actions import choose_news, mark_all_read, mark_read
from coordination.messaging.notifications.forms import NewsForm
from coordination.messaging.notifications.models import InboxItem, When
from coordination.messaging.outcomes.actions import mark_outcomes_seen
from coordination.messaging.outcomes.models import Outcome

from .news import News, Subject, news_of, page_in_sight, read_found, seen_of, titles
from .queues import parse_moment

SORTS = {"time": "event__happened_at"}
DEFAULT_SORT = "-time"
UNREAD = "unread "  # prefix of a kind among the counters of the navigation
HELD = "held"  # stands for the kind of items that say who sees their subject
NEWEST = "news for me"  # the unread items on home


@dataclass(frozen=True)
class InboxRow:
    """An item with its present content. `waits` is the digest that it waits for."""

    item: InboxItem
    news: News
    waits: datetime | None = None


@page(SIGNED_IN)
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


@page(SIGNED_IN)
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


@page(SIGNED_IN)
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
    """The items whose subject the actor may see now, as lists without a common item."""
    kinds = set(items.order_by().annotate(asked_kind=_kind(actor)).values_list("asked_kind", flat=True).distinct())
    return [_in_sight(items, actor, kind) for kind in _counted(kinds)]


def _holds(actor: Actor) -> bool:
    """Items hold what the people of an agency see; the centre also sees what is not restricted."""
    return actor.is_staff and not actor.is_centre


def _kind(actor: Actor) -> Any:
    """The kind of the subject, HELD if the item says who sees that."""
    kind = Choose(Where(sees=Sees.ASKED, then=F("about_kind")), default=Value(HELD), output_field=CharField())
    return kind if _holds(actor) else F("about_kind")


def _in_sight(items: Any, actor: Actor, kind: str) -> QuerySet[Any]:
    """The items of a kind, as `_kind` names it, whose subject the actor sees."""
    if kind == HELD:
        held: QuerySet[Any] = limited(actor, items.exclude(sees=Sees.ASKED))
        return held
    asked = items.filter(sees=Sees.ASKED) if _holds(actor) else items
    few: QuerySet[Any] = asked.filter(about_kind=kind, about_id__in=seen_of(actor, kind).values("pk"))
    return few


def _counted(kinds: Iterable[str]) -> list[str]:
    """Those of the kinds that have a page."""
    return sorted(
        kind for kind in kinds if kind == HELD or (kind in RESOURCE_OF_KIND and RESOURCE_OF_KIND[kind].summary)
    )


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
    kind = Concat(Value(UNREAD), _kind(actor), output_field=CharField())
    counted: QuerySet[Any] = mine.values_list(kind).annotate(Count("pk"))
    return counted


def unread_counters(actor: Actor, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """The counter's lists: unread items with visible subjects. Only kinds with unread items are checked for visibility;
    without any there is no query."""
    kinds = _counted(name.removeprefix(UNREAD) for name in counts if name.startswith(UNREAD))
    return {f"inbox{AND}{kind}": _unread(kind, actor, times.today()) for kind in kinds}


def newest(actor: Actor, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """For home: the newest unread items, each with kind and id of its subject."""
    return {NEWEST: _newest(actor, times.today())} if any(name.startswith(UNREAD) for name in counts) else {}


def newest_in_sight(actor: Actor, found: Mapping[str, Mapping[Any, str]], shown: int) -> list[Any]:
    """The newest unread items whose subject the actor sees, with its title."""
    subjects: dict[Any, Subject] = {}
    for item, subject in found.get(NEWEST, {}).items():
        kind, pk = subject.split(" ")
        subjects[item] = kind, UUID(pk)
    # Most are visible, so that a few more than are shown are enough.
    for tried in (shown + 1, len(subjects)):
        known = titles(actor, islice(subjects.values(), tried))
        seen = {item: known[subject] for item, subject in subjects.items() if subject in known}
        if len(seen) >= shown or tried >= len(subjects):
            break
    return read_found(InboxItem.objects.visible_to(actor), actor, dict(islice(seen.items(), shown)))


@lru_cache(maxsize=2048)
def _unread(kind: str, actor: Actor, day: date) -> Compiled:
    """Compiled once for each person and day, like the counters of the navigation."""
    asked: Any = Moment()
    return compiled(_in_sight(InboxItem.objects.visible_to(actor).unread(asked), actor, kind))


@lru_cache(maxsize=1024)
def _newest(actor: Actor, day: date) -> Compiled:
    """Newest first, up to the limit of counting."""
    asked: Any = Moment()
    rows: Any = InboxItem.objects.visible_to(actor).unread(asked).order_by("-event__happened_at", "-pk")
    if _holds(actor):
        rows = limited(actor, rows)
    subject = Concat("about_kind", Value(" "), Cast("about_id", CharField()), output_field=CharField())
    return compiled_ids(rows[: COUNTED + 1], subject)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("item", "invalid", _("There is no such notification.")) from wrong


def _moment(text: str) -> datetime:
    if (found := parse_moment(text)) is None:
        raise Invalid.field("until", "invalid", _("There is no such notification."))
    return found
