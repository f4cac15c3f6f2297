"""Performs an action of any resource from raw input, for pages and API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext

from agencies.confirmations import actions as confirmation_actions
from agencies.confirmations.models import Confirmation
from agencies.journal.transitions import (
    confirmed_by,
    describe_last_transition,
    refuse_stale,
    resolve_time,
    second_person,
    to_json_value,
)
from agencies.kernel import times
from agencies.kernel.action_fields import SIGNER, ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.proxy_recording import ProxyRecording
from agencies.kernel.resource import RESOURCE_OF_KIND, Contribution, Resource
from agencies.kernel.workflow import SecondPerson
from agencies.people.sight import actor_for
from coordination.documents.signing import with_papers

from .preparing import perform_prepared, prepare, signed_by

Undo = tuple[str, Mapping[str, str]]  # the verb and its answers
ASKED = "_asked"  # beside the facts before a change: codes of the agencies that this and earlier requests ask


@dataclass(frozen=True)
class ActionResult:
    """Result of an action: the object in its new state, what takes the action back, and the object created, if any."""

    thing: Any
    undo: Undo | None = None
    created: Any = None


def undo_of(resource: Resource, thing: Any, verb: str, given: Mapping[str, Any] | None = None) -> Undo | None:
    """What takes the action with these answers back, read before it is performed on `thing`."""
    line = resource.workflow_of(thing).transitions.get(verb)
    if line and line.reverts and given:
        return verb, line.reverts(thing, given)
    return line.undo(thing) if line and line.undo else None


def perform(
    resource: Resource,
    actor: Actor,
    thing: Any,
    verb: str,
    data: Any,
    *,
    files: Any = None,
    strict: bool = False,
    precondition: Callable[[], None] = lambda: None,
) -> ActionResult:
    """Performs an action. Raises Http404 if the object has no such action, and every ActionError.

    Permission and state are checked before the input, so that an actor without permission learns nothing about fields.
    `precondition` may refuse after both.
    """
    workflow = resource.workflow_with(verb, thing)
    is_late = thing.state not in workflow.transitions[verb].sources
    last_change = describe_last_transition(resource.kind, thing.pk) if is_late else ""
    workflow.check(verb, actor, thing, last_change=last_change)
    line = workflow.transitions[verb]
    if actor.is_machine and line.machine and not line.machine.alone:
        return ActionResult(thing, created=prepare(resource, actor, thing, verb, data, precondition=precondition))
    form = resource.form(actor, thing, verb, strict=strict, data=data, files=files)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    precondition()
    proxy = workflow.proxy_of(verb, actor, thing)
    if proxy is not None and proxy.of_chief and second_person(actor) is None:
        return ActionResult(thing, created=_ask_second(resource, actor, thing, verb, proxy, form))
    second = line.second
    if second is not None and second_person(actor) is None and second.rests(thing, form.given(), actor):
        return ActionResult(thing, created=_ask_to_change(resource, actor, thing, verb, second, form))
    given = form.given()
    undo = undo_of(resource, thing, verb, given)
    signer = given.pop(SIGNER.name) if actor.is_machine and line.asked_of_machines else ""
    papers = with_papers(resource, thing, verb, actor=actor, has_read=proxy is not None, given=given)
    with signed_by(signer, machine=actor), papers:
        result = resource.actions_of(thing)[verb](thing, actor=actor, **given)
    thing.refresh_from_db()
    return ActionResult(thing, undo, result if isinstance(result, models.Model) else None)


def _ask_second(
    resource: Resource, actor: Actor, thing: Any, verb: str, proxy: ProxyRecording, form: ActionForm
) -> Confirmation:
    """Asks a second person to confirm a chief's step for an absent agency; the answers are stored unchanged."""
    given = {name: to_json_value(value) for name, value in form.given().items() if name != "version"}
    given.setdefault("happened_at", times.now().isoformat())
    chosen = str(given.get(proxy.paper.name, ""))
    paper = dict(proxy.paper.offered(thing, actor)).get(chosen, "") if proxy.paper.choices else chosen
    return confirmation_actions.request_proxy_step(
        thing,
        verb,
        actor=actor,
        agency=proxy.agency(thing),
        object_kind=resource.kind,
        answers=given,
        paper=str(paper)[:200],
        barred=proxy.barred(thing) if proxy.barred else (),
    )


def _ask_to_change(
    resource: Resource, actor: Actor, thing: Any, verb: str, second: SecondPerson, form: ActionForm
) -> Confirmation:
    """Asks a second person to confirm a change on which something rests. Refuses what the change would refuse later."""
    given = form.given()
    refuse_stale(thing, given.pop("version", None), resource.kind)
    resolve_time(given.get("happened_at"), paper=given.get("paper", ""), not_before=thing.state_since)
    answers = {name: to_json_value("" if value is None else value) for name, value in given.items()}
    return _request(second, resource, actor, thing, verb, answers, asked=[])


def _request(
    second: SecondPerson, resource: Resource, actor: Actor, thing: Any, verb: str, answers: Any, asked: list[str]
) -> Confirmation:
    """Asks for the confirmation, or for the consent of the next agency. `asked`: codes of those that consented."""
    place = next(iter(_still_to_ask(second, thing, answers, actor, asked)), None)
    before = second.before(thing, answers)
    if place is not None:
        before |= {ASKED: [*asked, place.code]}
    return confirmation_actions.request_change(
        thing,
        verb,
        actor=actor,
        kind=second.kind,
        confirmed_in=place,
        object_kind=resource.kind,
        answers=answers,
        before=before,
    )


def _still_to_ask(second: SecondPerson, thing: Any, answers: Any, actor: Actor, asked: list[str]) -> list[Any]:
    return [one for one in second.asks(thing, answers, actor) if one.code not in asked] if second.asks else []


def _perform_confirmed(confirmation: Confirmation, second: Actor) -> None:
    """Performs the confirmed action with the permissions that its requester has now; if the consent of another agency
    is missing, asks that agency instead. What a system prepared is performed by the officer who signs it.
    """
    if confirmation.kind == Confirmation.Kind.PREPARED:
        perform_prepared(confirmation, second, perform)
        return
    requester, resource = confirmation.requester, RESOURCE_OF_KIND[confirmation.object_kind]
    thing = None
    if requester is not None and requester.is_active and confirmation.object_id is not None:
        chief = actor_for(requester)
        thing = resource.model.objects.visible_to(chief).filter(pk=confirmation.object_id).first()
    if thing is None:
        detail = gettext("The person who asked may no longer record this. Another person has to ask again.")
        raise TransitionRefused([UnmetCondition("requester", detail)])
    workflow = resource.workflow_of(thing)
    change, answers = workflow.transitions[confirmation.verb].second, confirmation.answers
    before = {name: value for name, value in confirmation.before.items() if name != ASKED}
    if before and change is not None and change.before(thing, answers) != before:
        detail = gettext("What is to be changed has changed since this was requested. It has to be requested again.")
        raise TransitionRefused([UnmetCondition("changed", detail)])
    asked = confirmation.before.get(ASKED, [])
    if change is not None and _still_to_ask(change, thing, answers, chief, asked):
        _request(change, resource, chief, thing, confirmation.verb, answers, asked)
        return
    with confirmed_by(second), times.requested_at(confirmation.created_at):
        perform(resource, chief, thing, confirmation.verb, answers, strict=True)


CONFIRMED_STEPS = Contribution(
    contributes={
        "confirmations": {
            verb: partial(confirmation_actions.confirm, carry_out=_perform_confirmed, verb=verb)
            for verb in ("confirm", "sign")
        }
    }
)
