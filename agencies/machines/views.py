"""Pages of machines: the connected systems, their keys, and the calls of a key."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import MACHINES, actor_of, page
from agencies.people.forms import form_page, post_data, submit_form

from .access import may_manage_keys, may_revoke_keys
from .actions import revoke_key
from .forms import RevokeForm
from .models import ApiClient, ApiKey, KeyUse

SORTS = {"name": "name", "created": "created_at"}
DEFAULT_SORT = "name"
MOST_ACTS = 100
MOST_USES = 200  # rows of the log that the page of a key shows


@page(MACHINES)
def machines(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    clients = ApiClient.objects.visible_to(actor).select_related("agency").prefetch_related(_keys())
    page_shown = page_of(clients, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    context = {"page": page_shown, "may_request": may_manage_keys(actor, actor.own_agency)}
    return render(request, "machines/machines.html", context)


@page(MACHINES)
def machine(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One system, all its keys, and who did what with them and why."""
    clients = ApiClient.objects.visible_to(actor_of(request)).select_related("agency").prefetch_related(_keys())
    found = get_object_or_404(clients, pk=pk)
    acts = Event.objects.filter(object_kind="machine", object_id=pk).select_related("note").order_by("-id")
    return render(request, "machines/machine.html", {"machine": found, "events": acts[:MOST_ACTS]})


@page(MACHINES)
def machine_key(request: HttpRequest, pk: UUID, key: int) -> HttpResponse:
    """One key: its limits, its last use, and its calls of the last seven days by hour."""
    actor = actor_of(request)
    found = find_key_shown(actor, pk, key)
    uses = found.uses.filter(hour__gte=times.now() - KeyUse.KEPT)
    calls = uses.aggregate(n=Sum("calls"))["n"] or 0
    failed = uses.filter(status__gte=400).aggregate(n=Sum("calls"))["n"] or 0
    context = {
        "key": found,
        "machine": found.client,
        "calls": calls,
        "failed": failed,
        "share": round(100 * failed / calls, 1) if calls else None,
        "uses": uses.order_by("-hour", "route", "method", "status")[:MOST_USES],
        "may_manage": may_manage_keys(actor, found.client.agency_id) and found.is_live(),
        "may_revoke": may_revoke_keys(actor, found.client.agency_id) and found.revoked_at is None,
    }
    return render(request, "machines/machine_key.html", context)


@page(MACHINES)
def machine_key_revoke(request: HttpRequest, pk: UUID, key: int) -> HttpResponse:
    """Revokes a key at once, with a reason."""
    actor = actor_of(request)
    found = find_key_shown(actor, pk, key)
    form = RevokeForm(post_data(request))

    def revoke(given: dict[str, str]) -> ApiKey:
        revoke_key(found, actor=actor, reason=given["reason"])
        return found

    if submit_form(form, revoke) is not None:
        messages.success(request, _("The key is revoked."))
        return redirect("machine_key", pk, key)
    context = {"form": form, "key": found, "back": reverse("machine_key", args=[pk, key])}
    return form_page(request, "machines/revoke.html", context)


def find_key_shown(actor: Actor, pk: UUID, key: int) -> ApiKey:
    """Raises Http404 for a key that the actor may not see."""
    client = get_object_or_404(ApiClient.objects.visible_to(actor), pk=pk)
    return get_object_or_404(client.keys.select_related("client__agency"), pk=key)


def _keys() -> Any:
    return Prefetch("keys", ApiKey.objects.select_related("client").order_by("-created_at", "-id"))
