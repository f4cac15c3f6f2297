"""One page for every action of every workflow: describes it, shows its form and its unmet conditions."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.confirmations.models import Confirmation
from agencies.idempotency.actions import once
from agencies.kernel.action_fields import VERSION, ActionField, ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, Invalid, TransitionRefused
from agencies.kernel.letters import Letter
from agencies.kernel.permissions import ACTING, actor_of, page
from agencies.kernel.resource import RESOURCES, Resource, resource_of
from agencies.kernel.workflow import Transition
from cases.casefile.naming import case_around
from coordination.actions.performing import ActionResult, perform
from coordination.documents.signing import folder_of
from coordination.workspace import approvals
from coordination.workspace.unsent_forms import is_drafted

from .conflicts import conflict_with, current_value, with_current_version
from .rehearsal import Rehearsal, rehearse
from .undo import token_for


@page(ACTING)
def verb_page(request: HttpRequest, resource: str, pk: UUID, verb: str) -> HttpResponse:
    """GET shows the form; POST performs the action, or shows its effects with `rehearse`. 403 if the actor lacks
    permission, 404 if they cannot see the object."""
    registered, actor = registered_resource(resource), actor_of(request)
    if not registered.permission.allows(actor):
        raise Http404
    thing = registered.find(actor, pk)
    workflow = registered.workflow_of(thing)
    if verb not in workflow.transitions or workflow.transitions[verb].system:
        raise Http404
    refused: TransitionRefused | Invalid | None = None
    effects: Rehearsal | None = None
    if request.method == "POST":
        try:
            if "rehearse" in request.POST and not request.FILES:
                effects = rehearse(registered, actor, thing, verb, request.POST)
            else:
                with once(request) as sent:
                    if not sent.target:
                        done = perform(registered, actor, thing, verb, request.POST, files=request.FILES)
                        sent.target = _page_after(request, registered, actor, done, verb)
                return redirect(sent.target)
            thing = registered.find(actor, pk)  # unchanged
        except (TransitionRefused, Invalid) as no:
            refused = no
            thing = registered.find(actor, pk)  # the current state, if still visible
    elif not workflow.may(verb, actor, thing):
        workflow.check(verb, actor, thing)  # raises Forbidden
    answers = request.POST if request.method == "POST" else None
    context = asked(registered, thing, verb, actor, request, refused, answers=answers)
    context |= {"back": registered.url(thing), "effects": effects, **_read_beside(registered, thing, actor)}
    context["folder"] = folder_of(thing, [workflow.transitions[verb]], actor)
    templates = [f"{registered.model._meta.app_label}/verb.html", "verb.html"]
    return render(request, templates, context, status=refused.status if refused else 200)


def _page_after(request: HttpRequest, registered: Resource, actor: Actor, done: ActionResult, verb: str) -> str:
    """Shows what was done, and performs the following action if the person asked for it. Returns the page to show: that
    of the object; its list, if the actor gave it away and no longer sees it."""
    say_done(request, registered, actor, done, verb)
    target = done.created or done.thing
    then = registered.workflow_of(done.thing).transitions[verb].then
    if then and "then" in request.POST and not isinstance(target, Confirmation):
        _continue(request, actor, target, then)
    resource = resource_of(target)
    if resource.model._default_manager.visible_to(actor).filter(pk=target.pk).exists():
        return resource.url(target)
    return reverse(resource.listing.page if resource.listing and resource.listing.page else "home")


def _continue(request: HttpRequest, actor: Actor, target: Any, verb: str) -> None:
    """Performs the following action. If that is refused, what was saved remains, and the reason is shown."""
    resource = resource_of(target)
    words = resource.workflow_of(target).labels[verb].button
    try:
        perform(resource, actor, target, verb, {"version": str(target.version)})
        messages.success(request, _("Recorded: %(what)s.") % {"what": words})
    except ActionError as no:
        reasons = [one.detail for one in no.missing] if isinstance(no, TransitionRefused) else [no.detail]
        data = {"what": words, "reasons": " ".join(reasons)}
        messages.warning(request, _("Saved. Not done yet: %(what)s. %(reasons)s") % data)


def say_done(request: HttpRequest, registered: Resource, actor: Actor, done: ActionResult, verb: str) -> None:
    """Shows a message about the action that was performed."""
    if isinstance(done.created, Confirmation):
        asked_text = _("Not recorded yet: a second person has been asked to confirm it.")
        if done.created.kind == Confirmation.Kind.CONSENT:
            asked_text = _("Not recorded yet: the originating agency has been asked for its consent.")
        messages.success(request, asked_text)
    else:
        recorded = _("Recorded: %(what)s.") % {"what": registered.workflow_of(done.thing).labels[verb].button}
        messages.success(request, recorded, extra_tags=token_for(registered, actor, done.thing, done.undo))
        _say_on_paper(request, done, verb)


def _say_on_paper(request: HttpRequest, done: ActionResult, verb: str) -> None:
    """Says to which addressees the system does not deliver what was sent."""
    sent = done.created or done.thing
    rules = resource_of(sent).letters
    if rules is None or not (verb in rules.sent_by or (done.created and not rules.sent_by)):
        return
    if absent := rules.of(sent).on_paper:
        text = _("%(agencies)s does not work in this system: send it on paper, and record the answer from its paper.")
        messages.warning(request, text % {"agencies": str(_(", ")).join(one.name for one in absent)})


def registered_resource(resource: str) -> Resource:
    if resource not in RESOURCES:
        raise Http404
    return RESOURCES[resource]


def asked(
    registered: Resource,
    thing: Any,
    verb: str,
    actor: Actor,
    request: HttpRequest,
    refused: TransitionRefused | Invalid | None,
    *,
    answers: QueryDict | None = None,
) -> dict[str, Any]:
    """Context of the action's form: labels, fields, unmet conditions. `answers` were submitted and are shown again."""
    workflow = registered.workflow_of(thing)
    conflict = None
    if answers is not None:
        current = with_current_version(answers, thing)
        form = registered.form(actor, thing, verb, data=current, files=request.FILES)
        if isinstance(refused, TransitionRefused):
            conflict = conflict_with(registered, thing, verb, actor, form, answers)
        for error in refused.errors if isinstance(refused, Invalid) else []:
            name = error.pointer.removeprefix("/")
            if form.is_valid() or name not in form.errors:
                form.add_error(name if name in form.fields else None, error.detail)
    else:
        form = registered.form(actor, thing, verb, initial=_initial(registered, thing, verb, actor, request.GET))
    form.is_kept = is_drafted(registered.name, verb)
    if (only := request.GET.getlist("only")) and workflow.transitions[verb].of_row:
        form.limit_to(asked_for(workflow.transitions[verb], only))
    proxy = workflow.proxy_of(verb, actor, thing)
    return _row_context(workflow.transitions[verb], thing, actor, form) | {
        "proxy": proxy.agency(thing) if proxy else None,
        "bars_decider": approvals.barred_by_writing(actor, registered, thing, verb) if actor.offices else None,
        "decided_above": proxy is not None and proxy.instead is not None,
        "needs_second": proxy is not None and proxy.of_chief,
        "thing": thing,
        "verb": verb,
        "words": workflow.words_for(verb, actor, thing),
        "line": workflow.transitions[verb],
        "letter": _letter(registered, thing, verb),
        "form": form,
        "missing": refused.missing if isinstance(refused, TransitionRefused) else workflow.unmet(verb, actor, thing),
        "refused": refused,
        "conflict": conflict,
    }


def asked_for(line: Transition, columns: Iterable[str]) -> set[str]:
    """The fields of an action on a row that changes these columns alone."""
    return {*columns, line.of_row, "reason", VERSION.name}


def _read_beside(registered: Resource, thing: Any, actor: Actor) -> dict[str, Any]:
    """What the object says and the case it belongs to, so that a person acts without leaving the page to read."""
    texts = registered.reading(thing, actor) if registered.reading else []
    return {
        "reading": [(heading, text) for heading, text in texts if text],
        "of_case": case_around(thing, actor),
    }


def _letter(registered: Resource, thing: Any, verb: str) -> Letter | None:
    """The letter that the action sends."""
    declared = registered.letters
    return declared.of(thing) if declared and verb in declared.sent_by else None


def _row_context(line: Transition, thing: Any, actor: Actor, form: ActionForm) -> dict[str, Any]:
    """Context of an action on one row of the object: the row is fixed in the form, or else chosen first. `rests` is
    what rests on it, so that a second person confirms the change.
    """
    answers = form.data if form.is_bound else form.initial
    rests = line.second.rests(thing, answers, actor) if line.second is not None else []
    if not line.of_row:
        return {"rests": rests}
    field: Any = form.fields[line.of_row]
    rows = [(str(value), words) for value, words in field.choices if value]
    chosen = str(answers.get(line.of_row, ""))
    if chosen not in dict(rows):
        return {"rests": rests, "choose_row": [(f"?{urlencode({line.of_row: value})}", words) for value, words in rows]}
    field.widget = HiddenInput()
    return {"rests": rests, "row": dict(rows)[chosen]}


EMPTY: tuple[Any, ...] = (None, "", [])


def _initial(registered: Resource, thing: Any, verb: str, actor: Actor, asked: QueryDict) -> dict[str, Any]:
    """Initial values: chosen by a link, the object's own value, or the field's suggestion."""
    line = registered.workflow_of(thing).transitions[verb]
    known = {ask.name: _first_answer(ask, thing, actor, asked) for ask in line.fields}
    if line.fills is not None:
        known |= line.fills(thing, asked)
    return {name: value for name, value in known.items() if value not in EMPTY} | {"version": thing.version}


def _first_answer(ask: ActionField, thing: Any, actor: Actor, asked: QueryDict) -> Any:
    # A link may preselect offered choices (?case=…), but not fill in text.
    if ask.kind in ("choice", "choices") and ask.name in asked:
        return asked.getlist(ask.name) if ask.kind == "choices" else asked[ask.name]
    held = None if ask.of_new else current_value(thing, ask.name)
    if held in EMPTY and ask.initial is not None:
        return ask.initial(thing, actor)
    return held
