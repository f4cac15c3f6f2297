"""Setting a priority by hand, from the page of whatever is routed and over the API.

Wiring: it is asked of several nouns, and not one of their tables: it moves nothing.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.idempotency.actions import send_once
from agencies.kernel.actor import Actor
from agencies.kernel.asks import REASON, VERSION, Ask, AskForm
from agencies.kernel.doors import STAFF, actor_of, page
from agencies.kernel.moves import Words
from agencies.kernel.refusals import Forbidden, Invalid, MoveRefused, Stale
from agencies.people.forms import tell_refusal
from agencies.people.timeline import entries
from coordination.routing.arrivals import BY_MODEL
from coordination.routing.choices import PRIORITY_CODES, priorities
from coordination.routing.placed import Placed, placed_of
from coordination.routing.prioritising import BY_RULE, may_prioritise, set_priority

from .conflicts import Both, Conflict
from .nouns import NOUNS, Noun, field_errors, sentences

ROUTED = tuple(name for name, noun in NOUNS.items() if noun.model in BY_MODEL)
WORDS = Words(gettext_lazy("Set the priority"), gettext_lazy("set the priority by hand"))


def _offered(thing: Any, actor: Actor) -> list[tuple[str, Any]]:
    return [*priorities(None, actor), (BY_RULE, _("As the rules decide"))]


ASKS = (Ask("priority", gettext_lazy("Priority"), kind="choice", choices=_offered), REASON, VERSION)


def prioritise(noun: str, pk: UUID, actor: Actor, data: Any, *, strict: bool = False) -> Placed:
    """One act with raw input, for both doors. Raises Http404 and every Refusal."""
    thing = door_of(noun).find(actor, pk)
    form = AskForm(ASKS, thing=thing, actor=actor, strict=strict, data=data)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    set_priority(thing, actor=actor, **form.given())
    return placed(thing, actor)


def placed(thing: Any, actor: Actor) -> Placed:
    return placed_of([thing.pk], actor.organ_id).get(thing.pk, Placed())


def door_of(noun: str) -> Noun:
    if noun not in ROUTED:
        raise Http404
    return NOUNS[noun]


@page(STAFF)
def priority(request: HttpRequest, noun: str, pk: UUID) -> HttpResponse:
    """GET asks, POST sets it. Where somebody else was faster both answers are shown."""
    actor, door = actor_of(request), door_of(noun)
    thing = door.find(actor, pk)
    if not may_prioritise(actor, thing):
        raise Forbidden(_("How urgent something is, whoever leads at the agency where it lies decides."))
    refused: MoveRefused | Invalid | None = None
    if request.method == "POST":
        try:
            return redirect(send_once(request, lambda: _set(request, door, thing, actor)))
        except (MoveRefused, Invalid) as no:
            refused = no
    now = placed(thing, actor)
    form = _form(request, thing, actor, now, refused)
    context = {
        "thing": thing,
        "words": WORDS,
        "form": form,
        "missing": refused.missing if isinstance(refused, MoveRefused) else [],
        "refused": refused,
        "conflict": _conflict(form, now, actor) if isinstance(refused, Stale) else None,
        "back": door.url(thing),
    }
    return render(request, "verb.html", context, status=refused.status if refused else 200)


def _set(request: HttpRequest, door: Noun, thing: Any, actor: Actor) -> str:
    prioritise(door.name, thing.pk, actor, request.POST)
    messages.success(request, _("Recorded: %(what)s.") % {"what": WORDS.button})
    return door.url(thing)


def _form(
    request: HttpRequest, thing: Any, actor: Actor, now: Placed, refused: MoveRefused | Invalid | None
) -> AskForm:
    version = now.hand.version if now.hand else 0
    if refused is None:
        initial = {"priority": _code(now), "version": version}
        return AskForm(ASKS, thing=thing, actor=actor, initial=initial)
    answers = request.POST.copy()
    answers["version"] = str(version)
    form = AskForm(ASKS, thing=thing, actor=actor, data=answers)
    if isinstance(refused, Invalid) and form.is_valid():
        tell_refusal(form, refused)
    return form


def _code(now: Placed) -> str:
    return PRIORITY_CODES[now.priority.value] if now.is_by_hand else BY_RULE


def _conflict(form: AskForm, now: Placed, actor: Actor) -> Conflict:
    offered = {code: str(label) for code, label in _offered(None, actor)}
    typed = str(form["priority"].value() or "")
    told = entries([now.hand.event] if now.hand else [], actor, sentences())
    return Conflict(told, [Both(_("Priority"), offered[_code(now)], offered.get(typed, typed))])
