"""Permissions on letters to exporters and on their release."""

from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice, of_office
from coordination.exchange.letters.rules import chief, office_holder, staff
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from .models import Release

BUREAU = "MOFCOM_SCB"  # supervisory talks, warning letters and suspension notices (ECL art. 30, DUR arts. 18, 34)
OFFICE = DecidingOffice(agencies=("agency",), involves={"letter": "pk"})

writer = staff("agency")
writing_chief = chief("agency")
deciding_holder = of_office(office_holder("agency"))


def bureau_staff(actor: Actor, exporter: Exporter) -> bool:
    """Staff of the bureau of the commerce ministry, about exporters of its register."""
    return actor.agency_code == BUREAU and keeps_register(actor, exporter)


def releases(actor: Actor, release: Release) -> bool:
    """Unit leads and responsible persons of the agency; where a confidential letter is the reason, the
    people of the agency that it names. A wall hides the release itself (`ReleaseQuerySet.visible_to`)."""
    if release.confidential is not None:
        return actor.is_person and actor.works_for(release.agency_id) and release.confidential.names(actor.id)
    return actor.is_person and actor.leads(release.agency_id)
