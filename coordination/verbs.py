"""One page for every verb of every table: says what it does, asks what it needs, and names what is missing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.confirmations.models import Confirmation
from agencies.idempotency.actions import send_once
from agencies.kernel.actor import Actor
from agencies.kernel.asks import Ask
from agencies.kernel.doors import ACTING, actor_of, page
from agencies.kernel.refusals import Invalid, MoveRefused

from . import approvals
from .conflicts import conflict_with, held_value, upon_now
from .nouns import NOUNS, Noun, noun_of
from .unsent import is_drafted


@page(ACTING)
def verb_page(request: HttpRequest, noun: str, pk: UUID, verb: str) -> HttpResponse:
    """GET asks, POST acts. Who may not press it gets 403, who may not see the thing 404."""
    door, actor = door_of(noun), actor_of(request)
    if not door.policy.allows(actor):
        raise Http404
    thing = door.find(actor, pk)
    workflow = door.workflow_of(thing)
    if verb not in workflow.moves or workflow.moves[verb].system:
        raise Http404
    refused: MoveRefused | Invalid | None = None
    if request.method == "POST":
        try:
            return redirect(send_once(request, lambda: _act(request, door, actor, thing, verb)))
        except (MoveRefused, Invalid) as no:
            refused = no
            thing = door.find(actor, pk)  # as it stands now, if it may still be seen
    elif not workflow.may(verb, actor, thing):
        workflow.check(verb, actor, thing)  # raises Forbidden
    context = asked(door, thing, verb, actor, request, refused) | {"back": door.url(thing)}
    return render(request, "verb.html", context, status=refused.status if refused else 200)


def _act(request: HttpRequest, door: Noun, actor: Actor, thing: Any, verb: str) -> str:
    target = press(request, door, actor, thing, verb)
    return noun_of(target).url(target)


def press(request: HttpRequest, door: Noun, actor: Actor, thing: Any, verb: str) -> Any:
    """Acts on what was sent and says so. Returns what the act made, else the thing itself."""
    done = door.act(actor, thing, verb, request.POST, files=request.FILES)
    if isinstance(done.created, Confirmation):
        messages.success(request, _("Nothing is recorded yet: a second person is asked to confirm it."))
    else:
        messages.success(request, _("Recorded: %(what)s.") % {"what": door.workflow_of(thing).words[verb].button})
    return done.created or done.thing


def door_of(noun: str) -> Noun:
    if noun not in NOUNS:
        raise Http404
    return NOUNS[noun]


def asked(
    door: Noun,
    thing: Any,
    verb: str,
    actor: Actor,
    request: HttpRequest,
    refused: MoveRefused | Invalid | None,
    *,
    sent: bool | None = None,
    auto_id: str = "id_%s",
) -> dict[str, Any]:
    """What a verb's form shows: words, fields, what is missing. `sent`: this very form came back to be corrected."""
    workflow = door.workflow_of(thing)
    conflict = None
    if request.method == "POST" if sent is None else sent:
        answers = upon_now(request.POST, thing)
        form = door.form(actor, thing, verb, data=answers, files=request.FILES, auto_id=auto_id)
        if isinstance(refused, MoveRefused):
            conflict = conflict_with(door, thing, verb, actor, form, request.POST)
        for error in refused.errors if isinstance(refused, Invalid) else []:
            name = error.pointer.removeprefix("/")
            if form.is_valid() or name not in form.errors:
                form.add_error(name if name in form.fields else None, error.detail)
    else:
        form = door.form(actor, thing, verb, initial=_initial(door, thing, verb, actor, request.GET), auto_id=auto_id)
    form.is_kept = is_drafted(door.name, verb)
    behalf = workflow.behalf_of(verb, actor, thing)
    return {
        "behalf": behalf.organ(thing) if behalf else None,
        "bars_decider": approvals.barred_by_writing(actor, door, thing, verb) if actor.offices else None,
        "decided_above": behalf is not None and behalf.instead is not None,
        "needs_second": behalf is not None and behalf.of_chief,
        "thing": thing,
        "verb": verb,
        "words": workflow.words[verb],
        "line": workflow.moves[verb],
        "form": form,
        "missing": refused.missing if isinstance(refused, MoveRefused) else workflow.unmet(verb, actor, thing),
        "refused": refused,
        "conflict": conflict,
    }


EMPTY: tuple[Any, ...] = (None, "", [])


def _initial(door: Noun, thing: Any, verb: str, actor: Actor, asked: QueryDict) -> dict[str, Any]:
    """Nothing is typed twice: what a link chose, what the thing holds under that name, what the ask suggests."""
    line = door.workflow_of(thing).moves[verb]
    known = {ask.name: _first_answer(ask, thing, actor, asked) for ask in line.asks}
    if line.fills is not None:
        known |= line.fills(thing, asked)
    return {name: value for name, value in known.items() if value not in EMPTY} | {"version": thing.version}


def _first_answer(ask: Ask, thing: Any, actor: Actor, asked: QueryDict) -> Any:
    # A link may choose among what is offered (?case=…), but not put words into somebody's mouth.
    if ask.kind in ("choice", "choices") and ask.name in asked:
        return asked.getlist(ask.name) if ask.kind == "choices" else asked[ask.name]
    held = None if ask.of_new else held_value(thing, ask.name)
    if held in EMPTY and ask.initial is not None:
        return ask.initial(thing, actor)
    return held
