"""Performing a verb of any noun with raw input, from the page and over the API."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext

from agencies.confirmations import actions as confirmation_actions
from agencies.confirmations.models import Confirmation
from agencies.journal.transitions import confirmed_by, describe_last_transition, second_person, to_json_value
from agencies.kernel import times
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.proxy_recording import ProxyRecording
from agencies.kernel.resource import RESOURCE_OF_KIND, Contribution, Resource
from agencies.people.sight import actor_for


@dataclass(frozen=True)
class Done:
    """What an act left: the thing as it stands, and what it made, if it made something."""

    thing: Any
    created: Any = None


def perform(
    resource: Resource, actor: Actor, thing: Any, verb: str, data: Any, *, files: Any = None, strict: bool = False
) -> Done:
    """Performs a verb with raw input. Raises Http404 for a verb that this thing has not, and every ActionError.

    Right and state are asked before the input is read: who may not do it at all learns that, not about fields.
    """
    workflow = resource.workflow_with(verb, thing)
    came_late = thing.state not in workflow.transitions[verb].sources
    last_change = describe_last_transition(resource.kind, thing.pk) if came_late else ""
    workflow.check(verb, actor, thing, last_change=last_change)
    form = resource.form(actor, thing, verb, strict=strict, data=data, files=files)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    proxy = workflow.proxy_of(verb, actor, thing)
    if proxy is not None and proxy.of_chief and second_person(actor) is None:
        return Done(thing, created=_ask_second(resource, actor, thing, verb, proxy, form))
    result = resource.actions_of(thing)[verb](thing, actor=actor, **form.given())
    thing.refresh_from_db()
    return Done(thing, created=result if isinstance(result, models.Model) else None)


def _ask_second(
    resource: Resource, actor: Actor, thing: Any, verb: str, proxy: ProxyRecording, form: ActionForm
) -> Confirmation:
    """A chief's step of an absent agency waits for a second person, with the answers as they were given."""
    given = {name: to_json_value(value) for name, value in form.given().items() if name != "version"}
    given.setdefault("happened_at", times.now().isoformat())
    chosen = str(given.get(proxy.paper.name, ""))
    paper = dict(proxy.paper.choices(thing, actor)).get(chosen, "") if proxy.paper.choices else chosen
    return confirmation_actions.request_proxy_step(
        thing, verb, actor=actor, agency=proxy.agency(thing), object_kind=resource.kind, answers=given,
        paper=str(paper)[:200], barred=proxy.barred(thing) if proxy.barred else (),
    )  # fmt: skip


def _record_for_absent(confirmation: Confirmation, second: Actor) -> None:
    """Records what the chief asked for, with the rights that the chief has now."""
    asked_by, resource = confirmation.requester, RESOURCE_OF_KIND[confirmation.object_kind]
    thing = None
    if asked_by is not None and asked_by.is_active and confirmation.object_id is not None:
        chief = actor_for(asked_by)
        thing = resource.model.objects.visible_to(chief).filter(pk=confirmation.object_id).first()
    if thing is None:
        detail = gettext("The person who asked may no longer record this. Another person has to ask again.")
        raise TransitionRefused([UnmetCondition("requester", detail)])
    with confirmed_by(second):
        perform(resource, chief, thing, confirmation.verb, confirmation.answers, strict=True)


CONFIRMED_STEPS = Contribution(
    contributes={"confirmations": {"confirm": partial(confirmation_actions.confirm, carry_out=_record_for_absent)}}
)
