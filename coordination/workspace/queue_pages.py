"""The page of queues."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import STAFF, actor_of, page
from cases.casefile.models import Case
from coordination.workspace.form_drafts.actions import look_through

from .navigation import counts_and_rows, reader_of
from .queues import (
    QUEUE,
    choices,
    of_queues,
    other_queues,
    parse_moment,
    queue_asked_for,
    queue_page,
)
from .waiting import OF_THE_PERSON, QUEUES, OnDesk


@page(STAFF)
def queues(request: HttpRequest) -> HttpResponse:
    """One queue; with `case` all open work on that case, of every agency, as far as the reader may see it."""
    actor = actor_of(request)
    about = _chosen_case(request, actor)
    key = "" if about else queue_asked_for(request.GET)
    counted, desk = _counted(request, key)
    reader = reader_of(request)
    shown = queue_page(reader, request.GET, about=about, desk=desk)
    context = {
        "title": about or QUEUES[key][0],
        "about": about,
        "picks": [line.pick for line in shown.items],
        "bulk_nouns": sorted({line.pick.partition(":")[0] for line in shown.items if line.pick}),
        "key": key,
        "page": shown,
        "work": choices(counted, key, of=OF_THE_PERSON),
        "queues": choices(counted, key, of=[one for one in QUEUES if one not in OF_THE_PERSON]),
        "until": reader.now.isoformat(),
        "by_priority": request.GET.get("sort") == "priority",
    }
    return render(request, "queues.html", context)


def _counted(request: HttpRequest, key: str) -> tuple[dict[str, int], OnDesk]:
    """The counts of all queues, and the rows of the person's own work, by which it is counted, and of this queue."""
    counts, _found = counts_and_rows(request, other_queues, with_desk=key or "work")
    known: Any = request
    desk: OnDesk = known.work_on_desk
    return of_queues(counts | {QUEUE + part: number for part, number in desk.counts.items()}), desk


@page(STAFF)
@require_POST
def looked(request: HttpRequest) -> HttpResponse:
    """Marks as seen what the page showed; items added after it was rendered stay new."""
    until = parse_moment(request.POST.get("until", ""))
    if until is None:
        raise Invalid.field("until", "invalid", _("Open the queue again, then mark it as seen."))
    look_through(actor=actor_of(request), until=until)
    return redirect(f"{reverse('queues')}?queue=new")


def _chosen_case(request: HttpRequest, actor: Actor) -> Case | None:
    wanted = request.GET.get("case")
    if not wanted:
        return None
    try:
        pk = UUID(wanted)
    except ValueError as wrong:
        raise Invalid.field("case", "invalid", _("There is no such case.")) from wrong
    found = Case.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
