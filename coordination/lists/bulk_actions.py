"""The bulk actions of each noun, as it declares them (`Resource.bulk`), by its own actions.

Dates that follow from rules are never changed here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.journal.transitions import refuse_stale
from agencies.kernel.action_fields import REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, TransitionRefused, UnmetCondition
from agencies.kernel.resource import RESOURCES, Resource, resource_of
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.people.reassigning import colleague_for
from coordination.actions.performing import Undo, undo_of
from coordination.actions.undo import answers_of
from coordination.automation.routing.loads import Load, loads
from coordination.workspace.reassignment import reassign_of

Answers = Mapping[str, Any]
Act = Callable[[Any, Actor, int | None, Answers], Any]
HAND_OVER = "hand_over"
GIVE_BACK = "give_back"  # the opposite where handing over is no transition


@dataclass(frozen=True)
class BulkAct:
    """`act(thing, actor, version, answers)`: `version` is the one that was seen when the row was selected. `undo(thing,
    actor)` returns what takes it back, read before it is performed, or None.
    """

    words: Text
    fields: tuple[ActionField, ...]
    act: Act
    undo: Callable[[Any, Actor], Undo | None]


def _colleagues(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """Smallest workload first, as on the page for handing over everything."""
    return colleagues_of(loads(actor.own_agency))


def colleagues_of(people: Iterable[Load]) -> list[tuple[str, str]]:
    """Those present, with the weight of their work."""
    return [(str(load.person.pk), f"{load.person.name} ({load.weight})") for load in people if not load.away]


TO = ActionField(
    "to",
    gettext_lazy("Hand over to"),
    choices=_colleagues,
    help=gettext_lazy(
        "People with the least work come first. A proceeding or referral counts three, a task or lead one."
    ),
)


def _verb(resource: Resource, verb: str, thing: Any, actor: Actor, version: int | None, answers: Answers) -> Any:
    return resource.actions_of(thing)[verb](thing, actor=actor, version=version, **answers)


def _hand_over(resource: Resource, thing: Any, actor: Actor, version: int | None, answers: Answers) -> Any:
    """Gives the row to a colleague of the agency whose handler is next."""
    part = reassign_of(resource)
    agency_id = part.agency_of(thing, actor)
    holder = part.holder(thing, agency_id)
    to = colleague_for(agency_id, holder, answers["to"], actor)
    if not part.is_open(thing):
        raise TransitionRefused(
            [UnmetCondition("state", _("The state is “%(state)s”.") % {"state": thing.get_state_display()})]
        )
    refuse_stale(thing, version, resource.kind)
    return part.pass_on(thing, holder, to, actor, answers["reason"])


def _assign(resource: Resource, thing: Any, actor: Actor, version: int | None, answers: Answers) -> Any:
    """Assigns an unassigned row. The present handler is named within their agency only; elsewhere the action refuses by
    itself."""
    holder = reassign_of(resource).holder(thing, actor.own_agency)
    if holder is not None and holder.agency_id == actor.agency_id:
        raise TransitionRefused(
            [UnmetCondition("held", _("%(name)s is handling it: hand it over instead.") % {"name": holder.name})]
        )
    return _hand_over(resource, thing, actor, version, answers)


def _pass_back(resource: Resource, thing: Any, actor: Actor) -> Undo | None:
    """Gives the row back to its previous handler, or leaves it unassigned."""
    if any(HAND_OVER in one.transitions for one in resource.workflows):
        return undo_of(resource, thing, HAND_OVER)
    part = reassign_of(resource)
    if not part.taken_back or not actor.leads(actor.agency_id):
        return None
    holder = part.holder(thing, actor.own_agency)
    team = {"team": " ".join(str(one.pk) for one in thing.team.all())} if part.has_team else {}
    return GIVE_BACK, {"to": str(holder.pk) if holder else "", **team}


def take_back(resource: Resource, thing: Any, actor: Actor, version: int, undo: Undo) -> None:
    """Performs the opposite of a bulk action on the row as that action left it."""
    verb, answers = undo
    if verb != GIVE_BACK:
        _verb(resource, verb, thing, actor, version, answers_of(undo))
        return
    refuse_stale(thing, version, resource.kind)
    part = reassign_of(resource)
    agency_id = part.agency_of(thing, actor)
    holder, to = part.holder(thing, agency_id), None
    if answers["to"]:
        to = colleague_for(agency_id, holder, answers["to"], actor)
    elif not actor.leads(agency_id):
        raise Forbidden(_("Work is reassigned by the unit leads and the responsible person of the agency."))
    with atomic():
        part.pass_on(thing, holder, to, actor, answers_of(undo)["reason"])
        if part.has_team:
            thing.team.set(answers["team"].split())


# Table ---------------------------------------------------------------------------------------------------------------
_PASSING: dict[str, tuple[Text, Callable[..., Any]]] = {
    "assign": (gettext_lazy("Assign"), _assign),
    HAND_OVER: (gettext_lazy("Hand over"), _hand_over),
}


def _act_of(resource: Resource, name: str) -> BulkAct:
    if name in _PASSING:
        words, act = _PASSING[name]
        return BulkAct(words, (TO, REASON), partial(act, resource), partial(_pass_back, resource))
    workflow = next(one for one in resource.workflows if name in one.transitions)
    return BulkAct(
        workflow.labels[name].button,
        workflow.transitions[name].fields,
        partial(_verb, resource, name),
        lambda thing, actor: undo_of(resource, thing, name),
    )


ACTS: dict[str, dict[str, BulkAct]] = {
    resource.name: {name: _act_of(resource, name) for name in resource.bulk}
    for resource in RESOURCES.values()
    if resource.bulk
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
    """The rows that bulk actions of this reader may change."""
    declared = RESOURCES[resource]
    visible: QuerySet[Any] = declared.model.objects.visible_to(actor)
    return declared.reassign.rows(visible, actor) if declared.reassign else visible
