"""Permissions on opinions: who asks for one, and who gives it at each level."""

from agencies.kernel.actor import Actor, Role
from agencies.kernel.proxy_recording import recorded_for
from agencies.organisations.models import Agency
from agencies.people.deciding import DecidingOffice, of_office
from cases.casefile.access import contributor
from cases.papers.choices import paper_from

from .models import Opinion, OpinionRound, fields_for

OFFICE = DecidingOffice(agencies=("agency",), involves={"opinion": "pk"})


def round_asker(actor: Actor, asked: OpinionRound) -> bool:
    return fields_for(actor, asked.agency_id)


def asker(actor: Actor, opinion: Opinion) -> bool:
    return fields_for(actor, opinion.round.agency_id)


def task_asker(actor: Actor, opinion: Opinion) -> bool:
    """The agency that asked, if it may ask for tasks on the case. The centre may not."""
    return actor.works_for(opinion.round.agency_id) and contributor(actor, opinion.round.case)


def agency(opinion: Opinion) -> Agency:
    return opinion.agency


def agency_staff(actor: Actor, opinion: Opinion) -> bool:
    return actor.works_for(opinion.agency_id)


def agency_lead(actor: Actor, opinion: Opinion) -> bool:
    return actor.agency_id == opinion.agency_id and actor.has_role(Role.LEAD)


def agency_chief(actor: Actor, opinion: Opinion) -> bool:
    return actor.leads(opinion.agency_id)


@of_office
@recorded_for(agency, by=asker, paper=paper_from(agency), of_chief=True)
def agency_office_holder(actor: Actor, opinion: Opinion) -> bool:
    """会签 is given by the responsible person. For an agency that does not use the system, the asking agency records
    its paper."""
    return actor.holds_office(opinion.agency_id)


@OFFICE.or_superior(by=agency_chief, paper=paper_from(OFFICE.superior))
@recorded_for(agency, by=asker, paper=paper_from(agency), of_chief=True)
def deciding_office_holder(actor: Actor, opinion: Opinion) -> bool:
    """As `agency_office_holder`. If every office holder wrote it at a lower level, the superior agency decides."""
    return agency_office_holder(actor, opinion)


def system_only(actor: Actor, opinion: Opinion) -> bool:
    return actor.is_system
