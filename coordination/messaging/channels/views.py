"""Pages of webhooks: addresses, health, abandoned messages."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import MACHINES, actor_of, page
from agencies.organisations.models import Agency
from agencies.people.forms import post_data, submit_form

from .access import keeps, silences
from .actions import call_webhook_again, register_webhook, renew_secret, switch_webhook
from .forms import WebhookForm
from .models import Sending, Webhook

SORTS = {"created": "created_at"}
DEFAULT_SORT = "-created"
GIVEN_UP = Count("rings", filter=Q(rings__state=Sending.State.DEAD))


@page(MACHINES)
def webhooks(request: HttpRequest) -> HttpResponse:
    """Lists webhooks. The agency's administrator registers new ones; the secret is shown once."""
    actor = actor_of(request)
    agency = Agency.objects.get(pk=actor.own_agency)
    may_add = keeps(actor, agency.pk)
    form = WebhookForm(post_data(request)) if may_add else None
    if form is not None:
        webhook = submit_form(form, lambda given: register_webhook(agency, given["url"], actor=actor))
        if webhook:
            return _secret_once(request, webhook)
    listed = Webhook.objects.visible_to(actor).select_related("agency").annotate(given_up=GIVEN_UP)
    found = page_of(listed, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    rows = [(webhook, keeps(actor, webhook.agency_id), silences(actor, webhook.agency_id)) for webhook in found.items]
    context = {"page": found, "rows": rows, "form": form}
    return render(request, "channels/webhooks.html", context, status=400 if form is not None and form.is_bound else 200)


@page(MACHINES)
@require_POST
def webhook_switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    webhook = _find(request, pk)
    switch_webhook(webhook, actor=actor_of(request), active=not webhook.is_active)
    messages.success(request, _("The webhook is off.") if webhook.is_active else _("The webhook is on."))
    return redirect("webhooks")


@page(MACHINES)
@require_POST
def webhook_renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _secret_once(request, renew_secret(_find(request, pk), actor=actor_of(request)))


@page(MACHINES)
@require_POST
def webhook_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    number = call_webhook_again(_find(request, pk), actor=actor_of(request))
    messages.success(request, _("%(number)s messages will be sent again as one.") % {"number": number})
    return redirect("webhooks")


def _find(request: HttpRequest, pk: UUID) -> Webhook:
    return get_object_or_404(Webhook.objects.visible_to(actor_of(request)).select_related("agency"), pk=pk)


def _secret_once(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    return render(request, "channels/secret_once.html", {"webhook": webhook})
