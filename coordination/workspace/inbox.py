"""The inbox: news of one person, resolved when read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_up_to
from agencies.kernel.errors import Invalid
from agencies.kernel.lookups import is_among
from agencies.kernel.paging import PAGE_SIZE, Page
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.work import SightGround
from cases.casefile.models import Case
from cases.casefile.walls import has_a_wall, walled_ids
from coordination.messaging.notifications.actions import choose_news, mark_all_read, mark_read
from coordination.messaging.notifications.forms import NewsForm
from coordination.messaging.notifications.models import InboxItem, InboxQuerySet, When
from coordination.messaging.outcomes.actions import mark_outcomes_seen
from coordination.messaging.outcomes.models import Outcome

from .news import NewsItem, news_of, page_in_sight, titles
from .queues import parse_moment

# What an agency published or withdrew comes after news about the matters of the person, as if it were a century older.
PUBLISHED = Q(about_kind__in=("typical_case", "bulletin"), event__verb__in=("publish", "issue", "withdraw"))
CENTURY = timedelta(days=36_525)


@dataclass(frozen=True)
class InboxRow:
    """An item with its present content. `waits` is the digest that it waits for."""

    item: InboxItem
    news: NewsItem
    waits: datetime | None = None


@page(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    actor, until = actor_of(request), times.now()
    everything = request.GET.get("all") == "1"
    found = paged(actor, request.GET, everything=everything, publications_last=not everything)
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


def paged(
    actor: Actor, params: Any, *, everything: bool, publications_last: bool = False, size: int = PAGE_SIZE
) -> Page:
    """News by the time at which each happened, which is the time that the page shows."""
    mine = InboxItem.objects.visible_to(actor)
    rows = mine if everything else mine.unread()
    column = "event__happened_at"
    if publications_last:
        older = models.When(PUBLISHED, then=F(column) - CENTURY)
        column, rows = "order_at", rows.annotate(order_at=models.Case(older, default=F(column)))
    return page_in_sight(rows, actor, params, "about", sorts={"time": column}, default="-time", size=size)


def in_sight(actor: Actor, items: InboxQuerySet) -> InboxQuerySet:
    """The items whose subject the actor may see now. Most items hold by what their agency sees the subject. Where that
    does not show it, the subjects are asked, with one query for each of their kinds."""
    asked = set(items.exclude(_is_seen(actor)).order_by().values_list("about_kind", "about_id").distinct())
    hidden = {pk for _kind, pk in asked - titles(actor, asked).keys()}
    return items.exclude(about_id__in=hidden) if hidden else items


def _is_seen(actor: Actor) -> Q:
    """Items that hold enough to show their subject to the actor."""
    if not actor.is_staff or actor.is_centre:
        # The centre sees objects as no agency does, which items do not hold.
        return Q(pk__in=[])
    cases, leads = Case.objects, RESOURCE_OF_KIND["lead"].model.objects
    seen = Q(sees=SightGround.ALWAYS)
    seen |= Q(sees=SightGround.CASE) & is_among(cases.visible_to(actor), "matter_id")
    seen |= Q(sees=SightGround.CONTENTS) & is_among(cases.contents_visible_to(actor), "matter_id")
    seen |= Q(sees=SightGround.LEAD) & is_among(leads.visible_to(actor), "matter_id")
    return seen & ~Q(wall_id__in=walled_ids(actor)) if has_a_wall(actor) else seen


def unread(actor: Actor) -> int:
    """Number of unread items whose subject the actor may see, at most `COUNTED` + 1."""
    return count_up_to(in_sight(actor, InboxItem.objects.visible_to(actor).unread()))


def newest(actor: Actor, count: int) -> list[InboxItem]:
    """The first unread items whose subject the actor may see, with its title, for `news_of`."""
    return paged(actor, {}, everything=False, publications_last=True, size=count).items


def lines(items: list[InboxItem], actor: Actor) -> list[InboxRow]:
    now = times.now()
    return [
        InboxRow(item, news, waits=_waits_for(item, now))
        for item, news in zip(items, news_of(items, actor), strict=True)
    ]


def _waits_for(item: InboxItem, now: datetime) -> datetime | None:
    digest = item.counts_from if item.when == When.DAILY and item.read_at is None else None
    return digest if digest and digest > now else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("item", "invalid", _("There is no such notification.")) from wrong


def _moment(text: str) -> datetime:
    if (found := parse_moment(text)) is None:
        raise Invalid.field("until", "invalid", _("There is no such notification."))
    return found
