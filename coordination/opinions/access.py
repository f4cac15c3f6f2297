"""Who asks, who gives an opinion, and at which level."""

from agencies.kernel.actor import Actor, Role
from agencies.kernel.behalf import recorded_for
from agencies.organs.models import Agency
from agencies.people.deciding import DecidingOffice
from cases.casefile.access import contributor
from cases.papers.choices import paper_from

from .models import Opinion, OpinionRound, asks_for

OFFICE = DecidingOffice(organs=("organ",), involves={"opinion": "pk"})


def round_asker(actor: Actor, asked: OpinionRound) -> bool:
    return asks_for(actor, asked.organ_id)


def asker(actor: Actor, opinion: Opinion) -> bool:
    return asks_for(actor, opinion.round.organ_id)


def task_asker(actor: Actor, opinion: Opinion) -> bool:
    """Whoever asked, and may ask for tasks on the case at all: the centre may not."""
    return actor.works_for(opinion.round.organ_id) and contributor(actor, opinion.round.case)


def organ(opinion: Opinion) -> Agency:
    return opinion.organ


def organ_staff(actor: Actor, opinion: Opinion) -> bool:
    return actor.works_for(opinion.organ_id)


def organ_lead(actor: Actor, opinion: Opinion) -> bool:
    return actor.organ_id == opinion.organ_id and actor.has_role(Role.LEAD)


def organ_chief(actor: Actor, opinion: Opinion) -> bool:
    return actor.leads(opinion.organ_id)


@recorded_for(organ, by=asker, paper=paper_from(organ), of_chief=True)
def organ_office_holder(actor: Actor, opinion: Opinion) -> bool:
    """会签 is signed by the responsible person; of an organ that does not sign in, whoever asked records its paper."""
    return actor.holds_office(opinion.organ_id)


@OFFICE.or_above(by=organ_chief, paper=paper_from(OFFICE.superior))
@recorded_for(organ, by=asker, paper=paper_from(organ), of_chief=True)
def deciding_office_holder(actor: Actor, opinion: Opinion) -> bool:
    """As `organ_office_holder`; where each of them wrote it below, the agency above decides what the agency says."""
    return organ_office_holder(actor, opinion)


def nobody(actor: Actor, opinion: Opinion) -> bool:
    return actor.is_system
