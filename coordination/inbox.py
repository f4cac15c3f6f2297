"""The inbox: what one person heard of, resolved when he reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.counting import at_most_counted, count_up_to
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.paging import page_of
from agencies.kernel.refusals import Invalid
from coordination.notifications.actions import choose_news, mark_all_read, mark_read
from coordination.notifications.forms import NewsForm
from coordination.notifications.models import InboxItem

from .news import News, in_sight, told
from .nouns import BY_KIND_NAME

SORTS = {"heard": "created_at"}
DEFAULT_SORT = "-heard"
UNREAD = "unread "  # before a kind, among what the navigation counts


@dataclass(frozen=True)
class Line:
    """One item and what it tells today."""

    item: InboxItem
    news: News


@page(CASE_READER)
def inbox(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    everything = request.GET.get("all") == "1"
    found = page_of(items_for(actor, everything=everything), request.GET, sorts=SORTS, default=DEFAULT_SORT)
    context = {
        "page": found.of(lines(found.items, actor)),
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
    """One item, or all up to the newest that the page showed."""
    actor = actor_of(request)
    if "newest" in request.POST:
        mark_all_read(actor=actor, newest=_id(request.POST["newest"]))
    else:
        mark_read(_id(request.POST.get("item", "")), actor=actor)
    return redirect("inbox")


@page(CASE_READER)
def inbox_settings(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    form = NewsForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        choose_news(person, form.cleaned_data, actor=actor_of(request))
        messages.success(request, _("Your choice is saved."))
        return redirect("inbox_settings")
    return render(request, "notifications/settings.html", {"form": form}, status=400 if form.is_bound else 200)


def items_for(actor: Actor, *, everything: bool = True) -> QuerySet[Any]:
    mine = InboxItem.objects.visible_to(actor)
    return in_sight(mine if everything else mine.unread(), actor, BY_KIND_NAME)


def lines(items: list[InboxItem], actor: Actor) -> list[Line]:
    return [Line(item, news) for item, news in zip(items, told(items, actor), strict=True)]


def unread_by_kind(actor: Actor) -> QuerySet[Any]:
    """(kind of thing, rows) of what he has not read, in sight or not, for `count_each`; nobody is shown them."""
    mine = at_most_counted(InboxItem.objects.visible_to(actor).unread()).order_by()
    kind = Concat(Value(UNREAD), F("event__object_kind"), output_field=CharField())
    counted: QuerySet[Any] = mine.values_list(kind).annotate(Count("pk"))
    return counted


def unread_in_sight(actor: Actor, counts: Mapping[str, int]) -> int:
    """What the counter shows: unread items about things in sight. Most people have news of two or three kinds of
    things, so only these are asked for their sight; whoever has none costs no query."""
    kinds = {name.removeprefix(UNREAD) for name in counts if name.startswith(UNREAD)} & set(BY_KIND_NAME)
    if not kinds:
        return 0
    mine = InboxItem.objects.visible_to(actor).unread()
    return count_up_to(in_sight(mine, actor, sorted(kinds)).select_related(None))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid.field("item", "invalid", _("This names no item of an inbox.")) from wrong
