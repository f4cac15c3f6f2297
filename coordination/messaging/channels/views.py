"""Pages of webhooks: addresses, health, calls and abandoned messages. They show types and ids, never contents."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import MACHINES, actor_of, page
from agencies.organisations.models import Agency
from agencies.people.forms import post_data, submit_form

from .access import may_manage_webhooks, may_switch_off, may_switch_on
from .actions import call_webhook_again, discard_call, register_webhook, renew_secret, send_test, switch_webhook
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
    may_add = may_manage_webhooks(actor, agency.pk)
    form = WebhookForm(post_data(request), agency_id=agency.pk) if may_add else None
    if form is not None:
        made = submit_form(
            form, lambda given: register_webhook(agency, given["url"], actor=actor, client=given["system"])
        )
        if made:
            return _secret_once(request, made)
    found = page_of(_visible(request), request.GET, sorts=SORTS, default=DEFAULT_SORT)
    context = {"page": found, "form": form}
    return render(request, "channels/webhooks.html", context, status=400 if form is not None and form.is_bound else 200)


@page(MACHINES)
def webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One webhook: its health, and its calls with their attempts, newest first."""
    actor, found = actor_of(request), _find(request, pk)
    calls = calls_of(found)
    context = {
        "webhook": found,
        "page": page_of(calls, request.GET, sorts=SORTS, default=DEFAULT_SORT),
        "may_manage": may_manage_webhooks(actor, found.agency_id),
        "may_switch_off": may_switch_off(actor, found.agency_id),
        "may_switch_on": may_switch_on(actor, found),
    }
    return render(request, "channels/webhook.html", context)


def calls_of(webhook: Webhook) -> Any:
    return webhook.rings.select_related("entry__event").prefetch_related("calls")


@page(MACHINES)
@require_POST
def webhook_switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _find(request, pk)
    switch_webhook(found, actor=actor_of(request), active=not found.is_active)
    messages.success(request, _("The webhook is off.") if found.is_active else _("The webhook is on."))
    return redirect("webhook", pk=pk)


@page(MACHINES)
@require_POST
def webhook_renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _secret_once(request, renew_secret(_find(request, pk), actor=actor_of(request)))


@page(MACHINES)
@require_POST
def webhook_test(request: HttpRequest, pk: UUID) -> HttpResponse:
    send_test(_find(request, pk), actor=actor_of(request))
    messages.success(request, _("A test call is sent in some seconds. Reload this page to see what came of it."))
    return redirect("webhook", pk=pk)


@page(MACHINES)
@require_POST
def webhook_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sends all messages that were given up again, or the one that is named."""
    found = _find(request, pk)
    only = _call_of(request, found) if "call" in request.POST else None
    number = call_webhook_again(found, actor=actor_of(request), only=only)
    messages.success(request, _("Messages that will be sent again: %(number)s") % {"number": number})
    return redirect("webhook", pk=pk)


@page(MACHINES)
@require_POST
def webhook_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _find(request, pk)
    discard_call(found, _call_of(request, found), actor=actor_of(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("The message is discarded."))
    return redirect("webhook", pk=pk)


def _call_of(request: HttpRequest, webhook: Webhook) -> Sending:
    """The message of this webhook that the form names. Raises Http404."""
    try:
        pk = UUID(request.POST.get("call", ""))
    except ValueError as wrong:
        raise Http404 from wrong
    found: Sending = get_object_or_404(webhook.rings, pk=pk)
    return found


def _visible(request: HttpRequest) -> Any:
    listed = Webhook.objects.visible_to(actor_of(request)).select_related("agency", "client")
    return listed.annotate(given_up=GIVEN_UP)


def _find(request: HttpRequest, pk: UUID) -> Webhook:
    found: Webhook = get_object_or_404(_visible(request), pk=pk)
    return found


def _secret_once(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    return render(request, "channels/secret_once.html", {"webhook": webhook})
