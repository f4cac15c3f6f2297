"""Sets a priority by hand, from the page of any routed item and over the API.

Not part of a workflow, because the state does not change.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.idempotency.actions import once
from agencies.kernel.action_fields import REASON, VERSION, ActionField, ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.resource import RESOURCES, Resource
from agencies.kernel.workflow import Labels
from agencies.people.forms import add_refusal
from agencies.people.timeline import entries, sentences
from coordination.automation.routing.choices import PRIORITY_CODES, priorities
from coordination.automation.routing.placement import Placement, placed_of
from coordination.automation.routing.prioritising import BY_RULE, may_prioritise, set_priority

from .conflicts import ChangedAnswer, Conflict

ROUTED = tuple(name for name, resource in RESOURCES.items() if resource.routed)
WORDS = Labels(gettext_lazy("Set priority"), gettext_lazy("set the priority by hand"))


def _offered(thing: Any, actor: Actor) -> list[tuple[str, Any]]:
    return [*priorities(None, actor), (BY_RULE, _("As the rules decide"))]


ASKS = (ActionField("priority", gettext_lazy("Priority"), choices=_offered), REASON, VERSION)


def prioritise(
    resource: str,
    pk: UUID,
    actor: Actor,
    data: Any,
    *,
    strict: bool = False,
    precondition: Callable[[], None] = lambda: None,
) -> Placement:
    """Sets a priority from raw input, for page and API. Raises Http404 and ActionError. `precondition` may refuse after
    the input was checked."""
    thing = registered_resource(resource).find(actor, pk)
    form = ActionForm(ASKS, thing=thing, actor=actor, strict=strict, data=data)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    precondition()
    set_priority(thing, actor=actor, **form.given())
    return placed(thing, actor)


def placed(thing: Any, actor: Actor) -> Placement:
    return placed_of([thing.pk], actor.agency_id).get(thing.pk, Placement())


def registered_resource(resource: str) -> Resource:
    if resource not in ROUTED:
        raise Http404
    return RESOURCES[resource]


@page(STAFF)
def priority(request: HttpRequest, resource: str, pk: UUID) -> HttpResponse:
    """GET shows the form, POST sets the priority. Shows both answers if someone else was faster."""
    actor, registered = actor_of(request), registered_resource(resource)
    thing = registered.find(actor, pk)
    if not may_prioritise(actor, thing):
        raise Forbidden(_("The priority is set by the leads of the agency that handles the item."))
    refused: TransitionRefused | Invalid | None = None
    if request.method == "POST":
        try:
            with once(request) as sent:
                sent.target = sent.target or _set(request, registered, thing, actor)
            return redirect(sent.target)
        except (TransitionRefused, Invalid) as no:
            refused = no
    now = placed(thing, actor)
    form = _form(request, thing, actor, now, refused)
    context = {
        "thing": thing,
        "words": WORDS,
        "form": form,
        "missing": refused.missing if isinstance(refused, TransitionRefused) else [],
        "refused": refused,
        "conflict": _conflict(form, now, actor) if isinstance(refused, Stale) else None,
        "back": registered.url(thing),
    }
    return render(request, "verb.html", context, status=refused.status if refused else 200)


def _set(request: HttpRequest, registered: Resource, thing: Any, actor: Actor) -> str:
    prioritise(registered.name, thing.pk, actor, request.POST)
    messages.success(request, _("Recorded: %(what)s.") % {"what": WORDS.button})
    return registered.url(thing)


def _form(
    request: HttpRequest, thing: Any, actor: Actor, now: Placement, refused: TransitionRefused | Invalid | None
) -> ActionForm:
    version = now.hand.version if now.hand else 0
    if refused is None:
        initial = {"priority": _code(now), "version": version}
        return ActionForm(ASKS, thing=thing, actor=actor, initial=initial)
    answers = request.POST.copy()
    answers["version"] = str(version)
    form = ActionForm(ASKS, thing=thing, actor=actor, data=answers)
    if isinstance(refused, Invalid) and form.is_valid():
        add_refusal(form, refused)
    return form


def _code(now: Placement) -> str:
    return PRIORITY_CODES[now.priority.value] if now.is_by_hand else BY_RULE


def _conflict(form: ActionForm, now: Placement, actor: Actor) -> Conflict:
    offered = {code: str(label) for code, label in _offered(None, actor)}
    typed = str(form["priority"].value() or "")
    events = entries([now.hand.event] if now.hand else [], actor, sentences())
    return Conflict(events, [ChangedAnswer(_("Priority"), offered[_code(now)], offered.get(typed, typed))])
