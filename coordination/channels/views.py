"""Pages of doorbells: where they hang, how they fare, what was given up."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.doors import MACHINES, actor_of, page
from agencies.kernel.paging import page_of
from agencies.organs.models import Agency
from agencies.people.forms import acted, sent

from .access import keeps, silences
from .actions import hang_doorbell, renew_secret, ring_again, switch_doorbell
from .forms import DoorbellForm
from .models import Doorbell, Sending

SORTS = {"created": "created_at"}
DEFAULT_SORT = "-created"
GIVEN_UP = Count("rings", filter=Q(rings__state=Sending.State.DEAD))


@page(MACHINES)
def doorbells(request: HttpRequest) -> HttpResponse:
    """Whoever keeps one's own organ's doorbells registers a new one here; its secret is shown once."""
    actor = actor_of(request)
    organ = Agency.objects.get(pk=actor.own_organ)
    may_add = keeps(actor, organ.pk)
    form = DoorbellForm(sent(request)) if may_add else None
    if form is not None:
        bell = acted(form, lambda given: hang_doorbell(organ, given["url"], actor=actor))
        if bell:
            return _secret_once(request, bell)
    listed = Doorbell.objects.visible_to(actor).select_related("organ").annotate(given_up=GIVEN_UP)
    found = page_of(listed, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    rows = [(bell, keeps(actor, bell.organ_id), silences(actor, bell.organ_id)) for bell in found.items]
    context = {"page": found, "rows": rows, "form": form}
    return render(
        request, "channels/doorbells.html", context, status=400 if form is not None and form.is_bound else 200
    )


@page(MACHINES)
@require_POST
def doorbell_switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    bell = _find(request, pk)
    switch_doorbell(bell, actor=actor_of(request), active=not bell.is_active)
    messages.success(request, _("The doorbell is off.") if bell.is_active else _("The doorbell is on."))
    return redirect("doorbells")


@page(MACHINES)
@require_POST
def doorbell_renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _secret_once(request, renew_secret(_find(request, pk), actor=actor_of(request)))


@page(MACHINES)
@require_POST
def doorbell_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    number = ring_again(_find(request, pk), actor=actor_of(request))
    messages.success(request, _("%(number)s messages go out again as one.") % {"number": number})
    return redirect("doorbells")


def _find(request: HttpRequest, pk: UUID) -> Doorbell:
    return get_object_or_404(Doorbell.objects.visible_to(actor_of(request)).select_related("organ"), pk=pk)


def _secret_once(request: HttpRequest, bell: Doorbell) -> HttpResponse:
    return render(request, "channels/secret_once.html", {"bell": bell})
