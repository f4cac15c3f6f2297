"""Buttons that lead to the next action or to a decision."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .actor import Actor
from .resource import RESOURCES
from .workflow import Button, Labels

READ_AND_DECIDE = Labels(_("Read and decide"), "", "primary")


def next_button(resource: str, actor: Actor, thing: Any) -> Button | None:
    """Returns the main action that the actor may take now."""
    return next((b for b in RESOURCES[resource].buttons(actor, thing) if b.words.tone == "primary"), None)


def named_button(resource: str, actor: Actor, thing: Any, verb: str) -> Button | None:
    """Returns this action with its form, if it is open to the actor now and nothing is missing for it."""
    registered = RESOURCES[resource]
    workflow = registered.workflow_of(thing)
    is_open = thing.state in workflow.transitions[verb].sources and workflow.may(verb, actor, thing)
    if not is_open or workflow.unmet(verb, actor, thing):
        return None
    return Button(verb, workflow.words_for(verb, actor, thing), registered.form_url(thing, verb))


def decision_query(resource: str, pk: Any) -> str:
    """The parameters by which the approvals page opens one decision beside its file."""
    return f"?resource={resource}&id={pk}"


def decision_button(resource: str, actor: Actor, thing: Any, *, waits: bool = True) -> Button | None:
    """Opens the file of the decision with all that may be decided. `waits`: the approvals page has it; otherwise the
    page of the thing."""
    registered, button = RESOURCES[resource], next_button(resource, actor, thing)
    if button is None or registered.decision is None or button.verb not in registered.decision.verbs:
        return button
    url = reverse("approvals") + decision_query(resource, thing.pk) if waits else registered.url(thing)
    return replace(button, words=READ_AND_DECIDE, url=url)
