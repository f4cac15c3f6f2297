"""Permission predicates of a proceeding: its own agency only. The lead agency has no power over it.

If its agency does not sign in, the lead agency records the steps from its papers.
"""

from collections.abc import Sequence

from agencies.kernel.actor import Actor
from agencies.kernel.proxy_recording import recorded_for
from agencies.organisations.models import Agency
from agencies.people.deciding import DecidingOffice
from cases.casefile.models import Handling
from cases.papers.choices import paper_from

from .models import Measure, PartyLine, Proceeding, has_a_wall, walled_off

OFFICE = DecidingOffice(agencies=("proceeding__agency",), involves={"decision": "pk", "proceeding": "proceeding"})


def lead_staff(actor: Actor, proceeding: Proceeding) -> bool:
    return actor.works_for(proceeding.case.lead_id)


def agency(proceeding: Proceeding) -> Agency:
    return proceeding.agency


def is_walled_off(actor: Actor, proceeding: Proceeding) -> bool:
    """Whether the actor handles the same case in the bureau's other capacity, without a conversion that joins the
    two.
    """
    if not has_a_wall(actor) or str(proceeding.handler_id) == actor.id:
        return False
    walls: dict[str, bool] = proceeding.__dict__.setdefault("_walls", {})
    if actor.id not in walls:
        find_walls(actor, [proceeding])
    return walls[actor.id]


def find_walls(actor: Actor, proceedings: Sequence[Proceeding]) -> None:
    """Reads `is_walled_off` of all of them in one query and keeps it with each: a page evaluates it for each verb."""
    if not has_a_wall(actor):
        return
    behind = set(walled_off(actor).filter(pk__in=[one.pk for one in proceedings]).values_list("pk", flat=True))
    for one in proceedings:
        one.__dict__.setdefault("_walls", {})[actor.id] = one.pk in behind


@recorded_for(agency, by=lead_staff, paper=paper_from(agency))
def staff(actor: Actor, proceeding: Proceeding) -> bool:
    return actor.works_for(proceeding.agency_id) and not is_walled_off(actor, proceeding)


@recorded_for(agency, by=lead_staff, paper=paper_from(agency), of_chief=True)
def chief(actor: Actor, proceeding: Proceeding) -> bool:
    return actor.leads(proceeding.agency_id) and not is_walled_off(actor, proceeding)


def own_staff(actor: Actor, proceeding: Proceeding) -> bool:
    """Like `staff`, for steps without a paper, which cannot be recorded for an agency that does not sign in."""
    return actor.works_for(proceeding.agency_id) and not is_walled_off(actor, proceeding)


def office_holder(actor: Actor, proceeding: Proceeding) -> bool:
    return actor.holds_office(proceeding.agency_id)


def agency_of_line(line: PartyLine) -> Agency:
    return agency(line.proceeding)


def lead_staff_of_line(actor: Actor, line: PartyLine) -> bool:
    return lead_staff(actor, line.proceeding)


def agency_of_measure(measure: Measure) -> Agency:
    return agency(measure.suspect.proceeding)


def lead_staff_of_measure(actor: Actor, measure: Measure) -> bool:
    return lead_staff(actor, measure.suspect.proceeding)


@recorded_for(agency_of_line, by=lead_staff_of_line, paper=paper_from(agency_of_line))
def line_staff(actor: Actor, line: PartyLine) -> bool:
    return staff(actor, line.proceeding)


@recorded_for(agency_of_line, by=lead_staff_of_line, paper=paper_from(agency_of_line), of_chief=True)
def line_chief(actor: Actor, line: PartyLine) -> bool:
    return chief(actor, line.proceeding)


@recorded_for(agency_of_measure, by=lead_staff_of_measure, paper=paper_from(agency_of_measure))
def measure_staff(actor: Actor, measure: Measure) -> bool:
    return staff(actor, measure.suspect.proceeding)


def line_lead(actor: Actor, line: PartyLine) -> bool:
    return actor.leads(line.proceeding.agency_id) and not is_walled_off(actor, line.proceeding)


@OFFICE.or_superior(by=line_lead, paper=paper_from(OFFICE.superior))
def deciding_office_holder(actor: Actor, line: PartyLine) -> bool:
    """The office holder of the agency decides (APL art. 57). If every holder handled the matter, the superior agency's
    decision is recorded.
    """
    return office_holder(actor, line.proceeding)


def reads_inside(actor: Actor, proceeding: Proceeding) -> bool:
    """Whether the actor reads lines, reasons and grounds. Everyone else on the case sees only the status."""
    if actor.works_for(proceeding.agency_id):
        return not is_walled_off(actor, proceeding)
    if lead_staff(actor, proceeding) and proceeding.agency.was_absent_at(proceeding.created_at):
        return True
    return actor.is_centre and proceeding.case.handling != Handling.H3
