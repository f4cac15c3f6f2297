"""Who may touch a clock. Pure predicates; what a step of the law asks of the office is `decides`."""

from agencies.kernel.actor import Actor

from .models import Clock, ExtensionStep, Office

# Offices that are held in an organ that signs in here. All others decide outside: their paper is recorded.
HEADS = {
    *(Office.ORGAN_HEAD, Office.CUSTOMS_HEAD, Office.DISTRICT_CUSTOMS_HEAD),
    *(Office.POLICE_HEAD, Office.COUNTY_POLICE_HEAD),
}


def keeper(actor: Actor, clock: Clock) -> bool:
    """Staff of the organ that keeps the clock."""
    return actor.works_for(clock.owner_id)


def chief(actor: Actor, clock: Clock) -> bool:
    return actor.leads(clock.owner_id)


def office_holder(actor: Actor, clock: Clock) -> bool:
    return actor.holds_office(clock.owner_id)


def decides(actor: Actor, clock: Clock, step: ExtensionStep) -> bool:
    """The responsible person grants what his office grants; what is granted outside, a chief records from the paper."""
    return actor.holds_office(clock.owner_id) if step.office in HEADS else chief(actor, clock)


def reads_papers(actor: Actor, clock: Clock) -> bool:
    """Papers and reasons of a change stay in the organ that keeps the clock."""
    return actor.works_for(clock.owner_id) or actor.works_for(clock.holder_id)
