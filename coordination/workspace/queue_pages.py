"""The page of queues."""

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

from .desk import desk_of
from .queues import choices, parse_moment, queue_asked_for, queue_page
from .waiting import OF_THE_PERSON, QUEUES, counts


@page(STAFF)
def queues(request: HttpRequest) -> HttpResponse:
    """One queue; with `case` all open work on that case, of every agency, as far as the reader may see it."""
    actor = actor_of(request)
    about = _chosen_case(request, actor)
    key = "" if about else queue_asked_for(request.GET)
    reader = desk_of(request).reader
    counted = counts(reader)
    shown = queue_page(reader, request.GET, about=about)
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
