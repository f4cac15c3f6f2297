"""Pages of machines: the connected systems and their keys."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import MACHINES, actor_of, page

from .access import may_revoke_keys
from .actions import revoke_key
from .models import ApiClient, ApiKey

SORTS = {"name": "name", "created": "created_at"}
DEFAULT_SORT = "name"


@page(MACHINES)
def machines(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    keys = Prefetch("keys", ApiKey.objects.select_related("client").order_by("-created_at", "-id"))
    clients = ApiClient.objects.visible_to(actor).select_related("agency").prefetch_related(keys)
    page_shown = page_of(clients, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    return render(request, "machines/machines.html", {"page": page_shown, "may_revoke": may_revoke_keys(actor)})


@page(MACHINES)
@require_POST
def machine_key_revoke(request: HttpRequest, pk: UUID, key: int) -> HttpResponse:
    actor = actor_of(request)
    client = get_object_or_404(ApiClient.objects.visible_to(actor), pk=pk)
    revoke_key(get_object_or_404(client.keys, pk=key), actor=actor)
    messages.success(request, _("The key is revoked."))
    return redirect("machines")
