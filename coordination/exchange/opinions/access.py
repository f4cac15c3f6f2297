"""Permissions on opinions: who asks for one, and who gives it at each level."""

from operator import attrgetter

from agencies.kernel.actor import Actor, Role
from agencies.people.deciding import DecidingOffice, of_office
from cases.casefile.access import contributor
from cases.papers.choices import paper_from
from coordination.exchange.letters.rules import by_paper_of, chief, office_holder, staff, staff_or_coordinator

from .models import Opinion

OFFICE = DecidingOffice(agencies=("agency",), involves={"opinion": "pk"})


round_asker, asker = staff_or_coordinator("agency"), staff_or_coordinator("round.agency")


def task_asker(actor: Actor, opinion: Opinion) -> bool:
    """The agency that asked, if it may ask for tasks on the case. The centre may not."""
    return actor.works_for(opinion.round.agency_id) and contributor(actor, opinion.round.case)


agency = attrgetter("agency")
agency_staff = staff("agency")


def agency_lead(actor: Actor, opinion: Opinion) -> bool:
    return actor.agency_id == opinion.agency_id and actor.has_role(Role.LEAD)


agency_chief = chief("agency")
# 会签 is given by the responsible person. If the agency does not use the system, the asking agency records the paper.
by_its_paper = by_paper_of(agency, by=asker, of_chief=True)
agency_office_holder = of_office(by_its_paper(office_holder("agency")))
# If every office holder wrote it at a lower level, the superior agency decides.
_or_superior = OFFICE.or_superior(by=agency_chief, paper=paper_from(OFFICE.superior))
deciding_office_holder = _or_superior(by_its_paper(office_holder("agency")))
