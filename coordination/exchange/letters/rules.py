"""Who may act on a letter: people of the agency in one of its columns, such as "sender" or "round.agency"."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from agencies.kernel.actor import Actor, Role
from agencies.kernel.proxy_recording import Rule, recorded_for
from cases.papers.choices import paper_from


def staff(side: str) -> Rule:
    """People who work for this agency."""
    agency = attrgetter(f"{side}_id")
    return lambda actor, thing: actor.works_for(agency(thing))


def staff_or_coordinator(side: str) -> Rule:
    """People who work for this agency; for the centre, its coordinator."""
    agency = attrgetter(f"{side}_id")

    def rule(actor: Actor, thing: Any) -> bool:
        agency_id = agency(thing)
        return actor.works_for(agency_id) or (actor.agency_id == agency_id and actor.has_role(Role.COORDINATOR))

    return rule


def chief(side: str) -> Rule:
    """Heads of units of this agency, and its responsible persons."""
    agency = attrgetter(f"{side}_id")
    return lambda actor, thing: actor.leads(agency(thing))


def office_holder(side: str) -> Rule:
    """The main responsible person of this agency, or their acting holder; a deputy may not."""
    agency = attrgetter(f"{side}_id")

    def is_office_holder(actor: Actor, thing: Any) -> bool:
        return actor.holds_office(agency(thing))

    return is_office_holder


def responsible(side: str) -> Rule:
    """A responsible person of this agency, head or deputy."""
    agency = attrgetter(f"{side}_id")
    return lambda actor, thing: actor.is_responsible(agency(thing))


def by_paper_of(agency: Callable[[Any], Any], *, by: Rule, of_chief: bool = False) -> Callable[[Rule], Rule]:
    """Marks a rule: `by` records the step from the paper of `agency(letter)` while that agency does not use the
    system."""
    return recorded_for(agency, by=by, paper=paper_from(agency), of_chief=of_chief)
