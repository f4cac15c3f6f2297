"""Permission predicates of a clock. `decides` says who may grant an extension step."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice

from .models import Clock, ClockQuerySet, ExtensionStep, Office

# Offices whose holders sign in here. Others decide outside the system, and their paper is recorded.
HEADS = {
    *(Office.AGENCY_HEAD, Office.CUSTOMS_HEAD, Office.DISTRICT_CUSTOMS_HEAD),
    *(Office.POLICE_HEAD, Office.COUNTY_POLICE_HEAD),
}
OFFICE = DecidingOffice(agencies=("agency", "holder"), involves={"clock": "pk"})


def sides_of(actor: Actor) -> list[ClockQuerySet]:
    """`visible_to` and `concerning` the agency of staff, as two lists without a row in common: what it holds, and what
    it owes to others. An index has each list in its order; what concerns an agency is visible to it outside walls."""
    if not actor.is_staff:
        return []
    mine = Clock.objects.outside_walls(actor)
    return [mine.filter(holder=actor.own_agency), mine.filter(agency=actor.own_agency).exclude(holder=F("agency"))]


def keeper(actor: Actor, clock: Clock) -> bool:
    """Staff of the agency that keeps the clock."""
    return actor.works_for(clock.owner_id)


def chief(actor: Actor, clock: Clock) -> bool:
    return actor.leads(clock.owner_id)


def extended_above(clock: Clock) -> bool:
    """Whether the superior agency answers the pending application, because each office holder here has applied for
    it once.
    """
    return OFFICE.superior_decides(clock) and clock.application is not None


# Identified by its number, as for every extension granted outside.
above_by_paper = OFFICE.or_superior(
    by=chief, paper=ActionField("paper", _("Number of the reply"), max_length=200), instead=extended_above
)


@above_by_paper
def office_holder(actor: Actor, clock: Clock) -> bool:
    return actor.holds_office(clock.owner_id)


@above_by_paper
def extender(actor: Actor, clock: Clock) -> bool:
    """The office holder, and unit leads for what is granted outside."""
    return actor.holds_office(clock.owner_id) or (chief(actor, clock) and not extended_above(clock))


def decides(actor: Actor, clock: Clock, step: ExtensionStep) -> bool:
    """Whether the actor may grant or record this step.

    The office holder grants what the office grants; unit leads record from the paper what is granted outside. While the
    superior agency is to answer an application, staff may record only its answer.
    """
    is_above = extended_above(clock) and not actor.holds_office(clock.owner_id)
    if step.office in HEADS:
        return actor.holds_office(clock.owner_id) or (is_above and actor.works_for(clock.owner_id))
    return chief(actor, clock) and not is_above


def reads_papers(actor: Actor, clock: Clock) -> bool:
    """Papers and reasons of a change are visible only to the agencies that keep the clock or hold its subject."""
    return actor.works_for(clock.owner_id) or actor.works_for(clock.holder_id)
