"""Proposing a correction, from the page of any resource and over the API.

Only this module knows the labels of the records.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.idempotency.actions import once
from agencies.journal.models import Event
from agencies.kernel.action_fields import REASON, ActionField, ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.resource import RESOURCES, Resource
from agencies.people.timeline import sentences
from coordination.exchange.corrections.actions import PUT_RIGHT, propose_correction
from coordination.exchange.corrections.models import Correction
from coordination.exchange.corrections.workflow import LABELS

MOST = 100  # records of one object that are offered


def own_records(thing: Any, actor: Actor) -> list[Event]:
    """Records of the object by the actor's agency, newest first, without those that corrected others."""
    events = Event.objects.filter(object_id=thing.pk, agency_id=actor.agency_id, stream__kind__in=PUT_RIGHT)
    return list(events.filter(refers_to=None).exclude(referred_by__verb="annul").order_by("-id")[:MOST])


def _records(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    words = sentences()
    return [(event.digest, _described(event, words)) for event in own_records(thing, actor)]


def _described(event: Event, words: dict[tuple[str, ...], Any]) -> str:
    kind, verb = event.object_kind, event.verb
    text = words.get((kind, verb, event.to_state)) or words.get((kind, verb), verb)
    return f"{date_format(timezone.localtime(event.happened_at), 'DATETIME_FORMAT')} {text}"


ASKS = (
    ActionField("event", gettext_lazy("Which record"), choices=_records),
    ActionField("kind", gettext_lazy("Error"), choices=Correction.Kind.choices),
    ActionField("when", gettext_lazy("Actual time"), kind="datetime", required=False),
    ActionField("new_paper", gettext_lazy("Number of the paper that shows the actual time"), required=False),
    ActionField("paper", gettext_lazy("Number of the paper that shows the error")),
    REASON,
)


def propose(resource: str, pk: UUID, actor: Actor, data: Any, *, strict: bool = False) -> tuple[ActionForm, Correction]:
    """Proposes a correction from raw input, for page and API. Raises Http404 and ActionError."""
    thing = registered_resource(resource).find(actor, pk)
    form = ActionForm(ASKS, thing=thing, actor=actor, strict=strict, data=data)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    given = form.given()
    event = Event.objects.select_related("stream").get(object_id=thing.pk, digest=given.pop("event"))
    return form, propose_correction(event, actor=actor, **given)


def registered_resource(resource: str) -> Resource:
    if resource not in RESOURCES or not RESOURCES[resource].is_corrected:
        raise Http404
    return RESOURCES[resource]


@page(STAFF)
def correct(request: HttpRequest, resource: str, pk: UUID) -> HttpResponse:
    """GET shows the form, POST proposes the correction to a second person."""
    actor, registered = actor_of(request), registered_resource(resource)
    thing = registered.find(actor, pk)
    refused: TransitionRefused | Invalid | None = None
    if request.method == "POST":
        try:
            with once(request) as sent:
                sent.target = sent.target or _propose(request, resource, pk, actor)
            return redirect(sent.target)
        except (TransitionRefused, Invalid) as no:
            refused = no
    asked: dict[str, Any] = {"data": request.POST} if refused else {"initial": {"event": request.GET.get("event", "")}}
    form = ActionForm(ASKS, thing=thing, actor=actor, **asked)
    for error in refused.errors if isinstance(refused, Invalid) else []:
        name = error.pointer.removeprefix("/")
        if form.is_valid() or name not in form.errors:
            form.add_error(name if name in form.fields else None, error.detail)
    context = {
        "thing": thing,
        "words": LABELS["propose"],
        "form": form,
        "missing": refused.missing if isinstance(refused, TransitionRefused) else [],
        "refused": refused,
        "back": registered.url(thing),
    }
    return render(request, "verb.html", context, status=refused.status if refused else 200)


def _propose(request: HttpRequest, resource: str, pk: UUID, actor: Actor) -> str:
    _form, correction = propose(resource, pk, actor, request.POST)
    messages.success(request, _("Proposed. A second person of your agency confirms it."))
    return RESOURCES["corrections"].url(correction)
