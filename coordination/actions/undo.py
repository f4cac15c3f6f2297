"""Taking an action back within a minute, or adding a remark to it: offered after actions that stay inside the agency.

A transition names its opposite (`agencies.kernel.workflow.Transition.undo`), which is performed as any action, with its
permission, conditions and event. What reaches another agency or begins a period has none.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.idempotency.actions import once
from agencies.journal.actions import add_remark
from agencies.journal.models import REMARK, Event
from agencies.journal.transitions import describe_last_event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, Invalid
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.resource import RESOURCES, Resource

from .performing import Undo, perform

SECONDS = 60
LONGEST = 400  # characters of a remark: a line, typed within the minute
SIGNED_FOR = "coordination.actions.undo"


def is_open_to(resource: Resource, actor: Actor, thing: Any, undo: Undo) -> bool:
    return resource.workflow_of(thing).may(undo[0], actor, thing)


def answers_of(undo: Undo) -> dict[str, str]:
    """The answers of the opposite action, with its reason."""
    return {"reason": _("Undone within a minute."), **undo[1]}


def token_for(resource: Resource, actor: Actor, thing: Any, undo: Undo | None) -> str:
    """What a page sends back to undo the action just performed on `thing`; "" if this person may not."""
    if undo is None or not is_open_to(resource, actor, thing, undo):
        return ""
    verb, answers = undo
    kept = [actor.id, resource.name, str(thing.pk), thing.version, verb, dict(answers)]
    return signing.dumps(kept, salt=SIGNED_FOR)


@page(CASE_READER)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Takes back the action of the token. If that is not possible any more, the page of the object says why."""
    actor = actor_of(request)
    resource, thing, verb, answers, version = _read(request.POST.get("token", ""), actor)
    reason = _refusal(request.POST["token"], resource, thing, version)
    if not reason:
        try:
            with once(request) as sent:
                if not sent.target:
                    given = {**answers_of((verb, answers)), "version": str(thing.version)}
                    perform(resource, actor, thing, verb, given)
                    sent.target = resource.url(thing)
            messages.success(request, _("Undone."))
        except ActionError as no:
            reason = no.detail
    if reason:
        messages.warning(request, _("This was not undone: %(reason)s") % {"reason": reason})
    return redirect(resource.url(thing))


@page(CASE_READER)
@require_POST
def remark(request: HttpRequest) -> HttpResponse:
    """Adds a remark to the action of the token, which can still be taken back."""
    actor, token, text = actor_of(request), request.POST.get("token", ""), request.POST.get("text", "").strip()
    resource, thing, _verb, _answers, version = _read(token, actor)
    reason = _refusal(token, resource, thing, version) if text else _("the remark is empty.")
    if reason:
        messages.warning(request, _("The remark was not added: %(reason)s") % {"reason": reason})
        return redirect(resource.url(thing))
    with once(request) as sent:
        if not sent.target:
            acts = Event.objects.filter(object_kind=resource.kind, object_id=thing.pk, actor_id=actor.id)
            act = acts.exclude(verb=REMARK).select_related("stream").latest("id")
            add_remark(act, actor=actor, text=text[:LONGEST])
            sent.target = resource.url(thing)
    messages.success(request, _("The remark was added."), extra_tags=token)
    return redirect(sent.target)


def _read(token: str, actor: Actor) -> tuple[Resource, Any, str, Mapping[str, str], int]:
    """Raises Invalid for anything that was not signed for this person, Http404 for an object they no longer see."""
    try:
        person, name, pk, version, verb, answers = signing.loads(token, salt=SIGNED_FOR)
    except signing.BadSignature:
        person = None
    if person != actor.id:
        raise Invalid.field("token", "invalid", _("This cannot be undone here."))
    resource = RESOURCES[name]
    return resource, resource.find(actor, UUID(pk)), verb, answers, version


def _refusal(token: str, resource: Resource, thing: Any, version: int) -> str:
    if thing.version != version:
        return _("it has changed since. %(change)s") % {"change": describe_last_event(resource.kind, thing.pk)}
    try:
        signing.loads(token, salt=SIGNED_FOR, max_age=SECONDS)
    except signing.SignatureExpired:
        return _("the minute has passed. Use the actions of the page.")
    return ""
