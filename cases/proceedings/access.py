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

from .models import InProceeding, Proceeding, has_a_wall, walled_off

OFFICE = DecidingOffice(agencies=("proceeding__agency",), involves={"decision": "pk", "proceeding": "proceeding"})


def lead_staff(actor: Actor, thing: InProceeding) -> bool:
    return actor.works_for(thing.proceeding.case.lead_id)


def agency(thing: InProceeding) -> Agency:
    found: Agency = thing.proceeding.agency
    return found


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


of_staff = recorded_for(agency, by=lead_staff, paper=paper_from(agency))
of_chief = recorded_for(agency, by=lead_staff, paper=paper_from(agency), of_chief=True)


def own_staff(actor: Actor, thing: InProceeding) -> bool:
    """Like `staff`, for steps without a paper, which cannot be recorded for an agency that does not sign in."""
    return actor.works_for(thing.proceeding.agency_id) and not is_walled_off(actor, thing.proceeding)


@of_staff
def staff(actor: Actor, thing: InProceeding) -> bool:
    return own_staff(actor, thing)


@of_staff
def staff_or_file(actor: Actor, thing: InProceeding) -> bool:
    """Like `staff`. The file of the case, which the procuratorate returned in this system, records it as well."""
    return actor.is_system or own_staff(actor, thing)


@of_chief
def chief(actor: Actor, thing: InProceeding) -> bool:
    return actor.leads(thing.proceeding.agency_id) and not is_walled_off(actor, thing.proceeding)


@of_staff
def customs_staff(actor: Actor, thing: InProceeding) -> bool:
    """Only customs audits, and holds persons (Customs Law art. 6)."""
    return thing.proceeding.kind == Proceeding.Kind.CUSTOMS and staff(actor, thing)


@of_chief
def customs_chief(actor: Actor, thing: InProceeding) -> bool:
    return thing.proceeding.kind == Proceeding.Kind.CUSTOMS and chief(actor, thing)


@OFFICE.or_superior(by=chief, paper=paper_from(OFFICE.superior))
def deciding_office_holder(actor: Actor, thing: InProceeding) -> bool:
    """The office holder of the agency decides (APL art. 57). If every holder handled the matter, the superior agency's
    decision is recorded.
    """
    return actor.holds_office(thing.proceeding.agency_id)


def reads_inside(actor: Actor, proceeding: Proceeding) -> bool:
    """Whether the actor reads lines, reasons and grounds. Everyone else on the case sees only the status."""
    if actor.works_for(proceeding.agency_id):
        return not is_walled_off(actor, proceeding)
    if lead_staff(actor, proceeding) and proceeding.agency.was_absent_at(proceeding.created_at):
        return True
    return actor.is_centre and proceeding.case.handling != Handling.H3
