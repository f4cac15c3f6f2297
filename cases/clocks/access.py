"""Who may touch a clock. Pure predicates; what a step of the law asks of the office is `decides`."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice

from .models import Clock, ExtensionStep, Office

# Offices that are held in an agency that signs in here. All others decide outside: their paper is recorded.
HEADS = {
    *(Office.AGENCY_HEAD, Office.CUSTOMS_HEAD, Office.DISTRICT_CUSTOMS_HEAD),
    *(Office.POLICE_HEAD, Office.COUNTY_POLICE_HEAD),
}
OFFICE = DecidingOffice(agencies=("agency", "holder"), involves={"clock": "pk"})


def keeper(actor: Actor, clock: Clock) -> bool:
    """Staff of the agency that keeps the clock."""
    return actor.works_for(clock.owner_id)


def chief(actor: Actor, clock: Clock) -> bool:
    return actor.leads(clock.owner_id)


def extended_above(clock: Clock) -> bool:
    """Whether the agency above answers the application that waits: each holder of the office here applied once."""
    return OFFICE.superior_decides(clock) and clock.application is not None


# Named by its number, as of every extension that is granted outside.
above_by_paper = OFFICE.or_superior(
    by=chief, paper=ActionField("paper", _("Number of their paper"), max_length=200), instead=extended_above
)


@above_by_paper
def office_holder(actor: Actor, clock: Clock) -> bool:
    return actor.holds_office(clock.owner_id)


@above_by_paper
def extender(actor: Actor, clock: Clock) -> bool:
    """The responsible person; and a chief for what is granted outside."""
    return actor.holds_office(clock.owner_id) or (chief(actor, clock) and not extended_above(clock))


def decides(actor: Actor, clock: Clock, step: ExtensionStep) -> bool:
    """The responsible person grants what the office grants; what is granted outside, a chief records from the paper.

    While the agency above is to answer an application, its answer is all that a chief records.
    """
    is_above = extended_above(clock) and not actor.holds_office(clock.owner_id)
    if step.office in HEADS:
        return actor.holds_office(clock.owner_id) or (is_above and actor.works_for(clock.owner_id))
    return chief(actor, clock) and not is_above


def reads_papers(actor: Actor, clock: Clock) -> bool:
    """Papers and reasons of a change stay in the agency that keeps the clock."""
    return actor.works_for(clock.owner_id) or actor.works_for(clock.holder_id)
