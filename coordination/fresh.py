"""Quiet updates: how much is new on the page that somebody has open, asked every now and then by its script.

The answer counts what the reader sees, says nothing else, and never moves a row: he asks for the new ones himself.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_each, number_words
from agencies.kernel.doors import SIGNED_IN, actor_of, page
from agencies.kernel.filtering import ListFilter
from cases.casefile.filters import CaseFilter
from cases.intake.filters import LeadFilter
from coordination.notes.filters import NoteFilter
from coordination.referrals.filters import ReferralFilter
from coordination.tasks.filters import TaskFilter

from . import inbox, queues
from .navigation import ITEMS, waiting
from .nouns import NOUNS, noun_of

FILTERS: dict[str, type[ListFilter]] = {
    "leads": LeadFilter,
    "cases": CaseFilter,
    "referrals": ReferralFilter,
    "tasks": TaskFilter,
    "notes": NoteFilter,
}
FURTHEST = timedelta(days=1)  # a page that stood open longer is drawn anew by whoever comes back to it


@page(SIGNED_IN)
def fresh(request: HttpRequest) -> HttpResponse:
    """How much came to the list at `page` after `since`, and the counters of the navigation; 304 if as before."""
    request.by_itself = True  # type: ignore[attr-defined]  # nobody pressed anything: the sign-in runs on, see sessions
    actor = actor_of(request)
    new = _new(actor, request.GET.get("page", ""), queues.parse_moment(request.GET.get("since", "")))
    counted = waiting(request)
    counts = {name: number_words(counted[name]) for name, _label, _policy in ITEMS if counted.get(name)}
    words = ngettext("%(number)s new or changed", "%(number)s new or changed", new) % {"number": number_words(new)}
    told = {
        "new": new,
        "words": words,
        "show": _("Show"),
        "gone": _("You are signed out. Sign in again to go on."),
        "counts": counts,
    }
    body = json.dumps(told, ensure_ascii=False)
    tag = f'"{salted_hmac(f"fresh {actor.id} {get_language()}", body, algorithm="sha256").hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})


def _new(actor: Actor, address: str, since: datetime | None) -> int:
    """One query for whatever list; 0 for a page that is none."""
    if since is None or not actor.reads_cases:
        return 0
    lists = _lists(actor, address, max(since, timezone.now() - FURTHEST))
    return sum(count_each({f"list {n}": rows for n, rows in enumerate(lists)}).values())


def _lists(actor: Actor, address: str, since: datetime) -> list[QuerySet[Any]]:
    parts = urlsplit(address) if len(address) < 4000 and address.startswith("/") else urlsplit("")
    try:
        name = resolve(parts.path).url_name or ""
    except Resolver404:
        return []
    asked, work = QueryDict(parts.query), queues.Work(actor)
    if name in FILTERS:
        rows = FILTERS[name](asked, NOUNS[name].model.objects.visible_to(actor), actor=actor).qs
        return [_changed(rows, actor, since)]
    if name == "inbox":
        return [inbox.items_for(actor, everything=False).filter(created_at__gt=since)]
    if not actor.is_staff:
        return []
    if name == "home":
        return [_changed(rows, actor, since) for rows in queues.before_me(work)]
    if name == "queues" and not asked.get("case"):
        rows_of = queues.QUEUES[queues.queue_asked_for(asked)][1]
        return [_changed(rows, actor, since) for rows in rows_of(work, timezone.now())]
    return []


def _changed(rows: QuerySet[Any], actor: Actor, since: datetime) -> QuerySet[Any]:
    """As `queues.arrived`, from the few acts since then and not from the many rows."""
    acts = Event.objects.within_reach_of(actor.organ_id).filter(recorded_at__gt=since).exclude(actor_id=actor.id)
    kind = noun_of(rows.model()).kind
    return rows.order_by().filter(pk__in=acts.filter(object_kind=kind).values("object_id"))
