"""The page of queues."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import PLACE, Facets, url_with
from agencies.kernel.paging import ON_A_PHONE, PAGE_SIZE, is_on_a_phone
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.work.reading import DeskReader
from cases.casefile.models import Case
from coordination.workspace.form_drafts.actions import look_through

from .desk import desk_of
from .queue_filters import chips_of, facets_of
from .queues import choices, filters_at, filters_of, parse_moment, queue_page
from .waiting import PARTS_OF_WORK, QUEUES, counts

UNKEPT = ("text", "view", *PLACE)  # what another text does not keep of the address


@page(STAFF)
def queues(request: HttpRequest) -> HttpResponse:
    """One queue; with `case` all open work on that case, of every agency, as far as the reader may see it."""
    actor = actor_of(request)
    about = _chosen_case(request, actor)
    reader = desk_of(request).reader
    size = ON_A_PHONE if is_on_a_phone(request) else PAGE_SIZE
    asked = filters_at(request.GET, reader)
    if left_out := asked.left_out:
        request.GET = QueryDict(asked.understood)
    shown = queue_page(reader, request.GET, about=about, size=size)
    context = {
        "title": about,
        "about": about,
        "picks": [line.pick for line in shown.items],
        "bulk_nouns": sorted({line.pick.partition(":")[0] for line in shown.items if line.pick}),
        "page": shown,
        "left_out": left_out,
        "until": reader.now.isoformat(),
    }
    return render(request, "queues.html", context if about else context | _queue_context(request, reader))


def _queue_context(request: HttpRequest, reader: DeskReader) -> dict[str, Any]:
    filters = filters_of(request.GET, reader)
    facets = Facets(filters, filters.data)
    key, by_priority = filters.data["queue"], filters.data.get("sort") == "priority"
    views = [one for one in QUEUES if one not in PARTS_OF_WORK or one == key]
    return {
        "title": QUEUES[key][0],
        "queue": str(QUEUES[key][0]),
        "key": key,
        "views": choices(counts(reader), key, of=views),
        "chips": chips_of(facets, reader),
        "facets": facets_of(facets),
        "chosen": facets.chosen("queue", "part"),
        "everything": f"?queue={key}",
        "kept": [(name, value) for name, values in request.GET.lists() if name not in UNKEPT for value in values],
        "by_priority": by_priority,
        "other_order": url_with(filters.data, sort=[] if by_priority else ["priority"]),
    }


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
