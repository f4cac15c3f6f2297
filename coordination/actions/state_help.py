"""Help for a state (状态说明): actions that lead on, who may take them, and legal periods.

Generated: actions and states from the workflows, permissions from their predicates, evaluated for each rank of the
agencies concerned, periods and articles from the clock rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.permissions import ACTING, actor_of, page
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Transition, Workflow
from agencies.organisations.models import Agency, agencies_by_id
from agencies.people.sight import any_member_of
from cases.casefile.models import Case
from cases.clocks.law import rules_on
from cases.clocks.models import Clock, PeriodRule
from cases.proceedings.on_case import inside_of_walled
from cases.proceedings.workflow import CLOCK_BY_KIND

from .action_page import registered_resource

# Attributes that name agencies shown on the page. Readers may not know any other agency of the object.
NAMED = (
    *("agency", "holder", "sender", "receiver", "asked_by", "lead", "lead_offered_to", "custodian", "offered_to"),
    "keeper",
)
RANKS: tuple[tuple[Text, frozenset[str], str], ...] = (
    (_("any officer"), frozenset({Role.OFFICER}), ""),
    (_("a unit lead or the responsible person"), frozenset({Role.OFFICER, Role.LEAD}), ""),
    (_("the responsible person or a deputy"), frozenset(), "deputy_of"),
    (_("only the responsible person"), frozenset(), "offices"),
)


@dataclass(frozen=True)
class AgencyRank:
    agency: Agency
    rank: Text


@dataclass(frozen=True)
class AvailableAction:
    """An action available in the state: its target, who may take it, the periods it starts and ends."""

    button: Text
    leads_to: Text
    who: list[AgencyRank]
    mine: bool
    begins: list[PeriodRule]
    ends: list[PeriodRule]


@page(ACTING)
def state_help(request: HttpRequest, resource: str, pk: UUID) -> HttpResponse:
    actor, registered = actor_of(request), registered_resource(resource)
    if not registered.permission.allows(actor):
        raise Http404
    thing = registered.find(actor, pk)
    ways = ways_from(thing, registered.workflow_of(thing), actor)
    context = {
        "thing": thing,
        "back": registered.url(thing),
        "on": [way for way in ways if way.leads_to],
        "staying": [way for way in ways if not way.leads_to],
        "clocks": clocks_about(thing, actor),
    }
    return render(request, "help/state_help.html", context)


def ways_from(thing: Any, workflow: Workflow, actor: Actor) -> list[AvailableAction]:
    lines = {v: line for v, line in workflow.transitions.items() if thing.state in line.sources and not line.system}
    periods = {verb: (codes_of(line.starts, thing), codes_of(line.stops, thing)) for verb, line in lines.items()}
    named = [code for begun, ended in periods.values() for code in (*begun, *ended)]
    rules = {rule.code: rule for rule in rules_on(named, times.now())} if named else {}
    if isinstance(thing, Case):
        prefetch_related_objects([thing], "shares")  # read by many permissions of the workflow
    agencies = _agencies_of(thing, actor)
    over = _superiors(agencies) if isinstance(thing, Case) else set()
    return [
        AvailableAction(
            button=workflow.labels[verb].button,
            leads_to=workflow.states(line.to).label if line.to else "",
            who=[who for agency in agencies if (who := _lowest(line, agency, thing, agency.pk in over))],
            mine=workflow.may(verb, actor, thing),
            begins=[rules[code] for code in periods[verb][0] if code in rules],
            ends=[rules[code] for code in periods[verb][1] if code in rules],
        )
        for verb, line in lines.items()
    ]


def codes_of(codes: Iterable[str], thing: Any) -> list[str]:
    """Rule codes for which the object chooses between variants. "*" ends all running periods and names none."""
    kind: Any = getattr(getattr(thing, "proceeding", thing), "kind", "")
    named = [CLOCK_BY_KIND[code].get(kind, "") if code in CLOCK_BY_KIND else code for code in codes if code != "*"]
    return [thing.review_rule if code == "REVIEW" else code for code in named if code]


def _agencies_of(thing: Any, actor: Actor) -> list[Agency]:
    """Agencies named by the object or its proceeding, and the reader's own."""
    inside = [thing, getattr(thing, "proceeding", None)]
    ids = _named_ids(one for one in inside if one is not None)
    return list(agencies_by_id(sorted(ids | {actor.own_agency})).values())


def agencies_named_by(things: Sequence[Any]) -> dict[Any, list[Agency]]:
    """Agencies named by each object or its loaded proceeding."""
    loaded = {thing: [thing, *_loaded_proceedings(thing)] for thing in things}
    named = {thing: _named_ids(holders) for thing, holders in loaded.items()}
    agencies = agencies_by_id(set[int]().union(*named.values()))
    return {thing: [agencies[pk] for pk in sorted(ids)] for thing, ids in named.items()}


def _loaded_proceedings(thing: Any) -> list[Any]:
    """The proceeding of the object, if it was read with it."""
    links = (one for one in thing._meta.fields if one.name == "proceeding" and one.is_cached(thing))
    return [found for link in links if (found := getattr(thing, link.name))]


def _named_ids(holders: Iterable[Any]) -> set[int]:
    ids = {getattr(one, f"{name}_id", None) for one in holders for name in NAMED}
    return {pk for pk in ids if isinstance(pk, int)}  # the lead of a correction is a lead, not an agency


def _superiors(agencies: Iterable[Agency]) -> set[int]:
    """Ids of those with subordinate agencies; only a case's workflow needs them."""
    ids = [agency.pk for agency in agencies]
    below = Agency.objects.agencies().filter(Q(parent__in=ids) | Q(second_parent__in=ids))
    return {pk for pair in below.values_list("parent", "second_parent").distinct() for pk in pair if pk}


def _lowest(line: Transition, agency: Agency, thing: Any, is_superior: bool) -> AgencyRank | None:
    """The lowest rank of the agency that may take the action; None if it may not, or if it belongs to a named
    person."""
    place = lowest_rank(line, agency, thing, is_superior=is_superior)
    return None if place is None else AgencyRank(agency, RANKS[place][0])


def lowest_rank(line: Transition, agency: Agency, thing: Any, *, is_superior: bool = False) -> int | None:
    """Its place in `RANKS`."""
    places = range(len(RANKS))
    return next((place for place in places if line.by(member_of(agency, place, is_superior=is_superior), thing)), None)


def member_of(agency: Agency, place: int, *, is_superior: bool = False) -> Actor:
    """Some member of the agency at this place in `RANKS`, who has taken part in nothing."""
    _rank, roles, office = RANKS[place]
    held: dict[str, Any] = {office: frozenset({agency.pk})} if office else {}
    return any_member_of(agency, roles, **held, is_superior=is_superior)


def clocks_about(thing: Any, actor: Actor) -> list[Clock]:
    """Running periods of the object, without those on the other side of a wall."""
    running = Clock.objects.visible_to(actor).running().filter(subject_id=thing.pk).select_related("rule", "agency")
    found = list(running.order_by("due_at", "pk"))
    if not any(clock.private for clock in found):
        return found
    hidden = set(inside_of_walled(actor, found[0].case_id)) if found[0].case_id else set()
    return [clock for clock in found if not (clock.private and clock.subject_id in hidden)]
