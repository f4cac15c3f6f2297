"""The bulk actions of each resource, by the resource's own actions.

Wiring: it knows every resource with a handler or a due date of its own. Statutory dates are never changed here; leads,
proceedings, referrals and opinions have no others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.journal.transitions import refuse_stale
from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.people.models import User
from cases.casefile.actions import lock_case, stream_of
from cases.intake import actions as lead_actions
from cases.intake.actions import lead_stream
from cases.intake.models import Lead
from cases.intake.workflow import LEAD
from cases.proceedings.models import Proceeding, walled_off
from coordination.automation.routing.loads import loads
from coordination.exchange.instructions import actions as instruction_actions
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks import actions as task_actions
from coordination.exchange.tasks.models import Task
from coordination.exchange.tasks.workflow import DUE, TASK
from coordination.workspace.reassignment import pass_instruction, pass_opinion, pass_proceeding, reassign

Text = str | Promise
Answers = Mapping[str, Any]
Act = Callable[[Any, Actor, int | None, Answers], Any]


@dataclass(frozen=True)
class BulkAct:
    """`act(thing, actor, version, answers)`: `version` is the one that was seen when the row was selected."""

    words: Text
    fields: tuple[ActionField, ...]
    act: Act


def _colleagues(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """Smallest workload first, as on the page for handing over everything."""
    here = [load for load in loads(actor.own_agency) if not load.away]
    return [(str(load.person.pk), f"{load.person.name} ({load.weight})") for load in here]


TO = ActionField(
    "to",
    gettext_lazy("Hand over to"),
    kind="choice",
    choices=_colleagues,
    help=gettext_lazy(
        "People with the least work come first. A proceeding or referral counts three, a task or lead one."
    ),
)


def _verb(actions: Mapping[str, Callable[..., Any]], verb: str) -> Act:
    def act(thing: Any, actor: Actor, version: int | None, answers: Answers) -> Any:
        return actions[verb](thing, actor=actor, version=version, **answers)

    return act


# Assigning -----------------------------------------------------------------------------------------------------------
def _give_task(task: Task, actor: Actor, version: int | None, answers: Answers) -> Any:
    _refuse_same(task.assignee_id, answers)
    return task_actions.hand_over_task(task, actor=actor, version=version, **answers)


def _give_lead(lead: Lead, actor: Actor, version: int | None, answers: Answers) -> None:
    """Assigns the person who triages it; the state does not change."""
    to = _colleague(lead.agency_id, lead.officer_id, actor, answers)
    _refuse_ended(lead, lead.state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP))
    refuse_stale(lead, version, "lead")
    reassign(lead, "lead", {"officer": to}, lead_stream(lead.pk), to, actor, answers["reason"])


def _give_referral(referral: Referral, actor: Actor, version: int | None, answers: Answers) -> None:
    """Assigns the handler at the receiver. The sender's report stays with its author, who may not approve it."""
    if referral.delivered_at is None or actor.agency_id != referral.receiver_id:
        raise Forbidden(_("Only a referral that was sent to your agency has a handler here."))
    to = _colleague(referral.receiver_id, referral.handler_id, actor, answers)
    _refuse_ended(referral, referral.state not in Referral.ENDED)
    lock_case(referral.case_id)
    refuse_stale(referral, version, "referral")
    stream = stream_of(referral.case_id)
    reassign(referral, "referral", {"handler": to}, stream, to, actor, answers["reason"])


def _give_proceeding(proceeding: Proceeding, actor: Actor, version: int | None, answers: Answers) -> None:
    to = _colleague(proceeding.agency_id, proceeding.handler_id, actor, answers)
    _refuse_ended(proceeding, proceeding.state != Proceeding.State.CLOSED)
    refuse_stale(proceeding, version, "proceeding")
    pass_proceeding(proceeding, proceeding.handler, to, actor, answers["reason"])


def _give_instruction(letter: Instruction, actor: Actor, version: int | None, answers: Answers) -> None:
    """Assigns the next step: to a drafter at the sender or a handler at the receiver."""
    received = letter.state in Instruction.WITH_RECEIVER
    agency = letter.receiver_id if received else letter.sender_id
    to = _colleague(agency, letter.handler_id if received else letter.drafter_id, actor, answers)
    _refuse_ended(letter, received or letter.state in Instruction.WITH_SENDER)
    refuse_stale(letter, version, "instruction")
    pass_instruction(letter, None, to, actor, answers["reason"])


def _give_opinion(opinion: Opinion, actor: Actor, version: int | None, answers: Answers) -> None:
    to = _colleague(opinion.agency_id, opinion.handler_id, actor, answers)
    _refuse_ended(opinion, opinion.state in Opinion.WAITING)
    refuse_stale(opinion, version, "opinion")
    pass_opinion(opinion, None, to, actor, answers["reason"])


def _assign(give: Act, thing: Any, actor: Actor, version: int | None, answers: Answers) -> Any:
    """Assigns an unassigned row. The present handler is named within their agency only; elsewhere the action refuses by
    itself."""
    holder = holder_of(thing)
    if holder is not None and holder.agency_id == actor.agency_id:
        raise TransitionRefused(
            [UnmetCondition("held", _("%(name)s is handling it: hand it over instead.") % {"name": holder.name})]
        )
    return give(thing, actor, version, answers)


def holder_of(thing: Any) -> User | None:
    """Handler at the agency whose step is next."""
    column = {Task: "assignee", Lead: "officer"}.get(type(thing), "handler")
    if isinstance(thing, Instruction) and thing.state not in Instruction.WITH_RECEIVER:
        column = "drafter"
    found: User | None = getattr(thing, column)
    return found


def _colleague(agency_id: int, holder: UUID | None, actor: Actor, answers: Answers) -> User:
    """The new handler. The present handler or a lead hands over; a lead assigns unassigned rows."""
    if not (actor.leads(agency_id) or (actor.works_for(agency_id) and str(holder) == actor.id)):
        raise Forbidden(_("Work is handed over by the person concerned or by a lead of their agency."))
    _refuse_same(holder, answers)
    to = User.objects.filter(pk=answers["to"], agency=agency_id, is_active=True).first()
    if to is None:
        raise Invalid.field("to", "choice", _("No such colleague in this agency."))
    return to


def _refuse_same(holder: UUID | None, answers: Answers) -> None:
    if str(holder) == str(answers["to"]):
        raise TransitionRefused([UnmetCondition("same", _("This person is already handling it."))])


def _refuse_ended(thing: Any, is_open: bool) -> None:
    if not is_open:
        raise TransitionRefused(
            [UnmetCondition("state", _("The state is “%(state)s”.") % {"state": thing.get_state_display()})]
        )


# Table ---------------------------------------------------------------------------------------------------------------
def _giving(give: Act) -> dict[str, BulkAct]:
    return {
        "assign": BulkAct(gettext_lazy("Assign"), (TO, REASON), partial(_assign, give)),
        "hand_over": BulkAct(TASK.labels["hand_over"].button, (TO, REASON), give),
    }


def _set_due(actions: Mapping[str, Callable[..., Any]]) -> dict[str, BulkAct]:
    return {"set_due": BulkAct(TASK.labels["set_due"].button, (DUE, REASON), _verb(actions, "set_due"))}


ACTS: dict[str, dict[str, BulkAct]] = {
    "tasks": {
        "claim": BulkAct(TASK.labels["claim"].button, (NOTE,), _verb(task_actions.ACTIONS, "claim")),
        **_giving(_give_task),
        **_set_due(task_actions.ACTIONS),
        "release": BulkAct(TASK.labels["release"].button, (REASON,), _verb(task_actions.ACTIONS, "release")),
    },
    "leads": {
        "take_up": BulkAct(LEAD.labels["take_up"].button, (NOTE,), _verb(lead_actions.ACTIONS, "take_up")),
        **_giving(_give_lead),
    },
    "referrals": _giving(_give_referral),
    "proceedings": _giving(_give_proceeding),
    "instructions": {**_giving(_give_instruction), **_set_due(instruction_actions.ACTIONS)},
    "opinions": _giving(_give_opinion),
}

TITLES: dict[str, Text] = {
    "tasks": gettext_lazy("Tasks"),
    "leads": gettext_lazy("Leads"),
    "referrals": gettext_lazy("Referrals"),
    "proceedings": gettext_lazy("Proceedings"),
    "instructions": gettext_lazy("Instructions"),
    "opinions": gettext_lazy("Opinions"),
}


def acts_on(resources: Iterable[str], actor: Actor) -> dict[str, BulkAct]:
    """Actions common to all these resources and offered to this reader. Whether a row permits it is decided by its
    workflow."""
    several = [ACTS.get(resource, {}) for resource in resources] if actor.is_staff else []
    if not several:
        return {}
    return {name: act for name, act in several[0].items() if all(name in other for other in several)}


def pick_of(thing: Any) -> str:
    """Value of the row's checkbox where several resources are listed: resource, id and version seen. Empty for other
    resources."""
    resource = resource_of(thing).name
    return f"{resource}:{thing.pk}:{thing.version}" if resource in ACTS else ""


def seen_of(resource: str, actor: Actor) -> QuerySet[Any]:
    """Visible rows; of proceedings only those that the reader may open, not those of other agencies or behind the
    wall."""
    if resource == "proceedings":
        return Proceeding.objects.contents_for(actor).exclude(pk__in=walled_off(actor).values("pk"))
    rows: QuerySet[Any] = RESOURCES[resource].model.objects.visible_to(actor)
    return rows
