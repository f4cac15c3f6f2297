"""Permissions on stops."""

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import Permission
from agencies.people.deciding import DecidingOffice, of_office
from cases.casefile.access import contributor
from cases.casefile.models import Case
from coordination.exchange.letters.rules import chief, office_holder, responsible, staff
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from .models import Stop

NOTIFIER = "MOFCOM_SCB"
"""The bureau that acts for the commerce ministry (DUR art. 22(2)), by its code in the reference data."""
OFFICE = DecidingOffice(agencies=("sender",), involves={"stop": "pk"})


def sends_notices(actor: Actor, case: Case | None = None) -> bool:
    """Staff of the ministry's bureau; on a case, if it reads the contents."""
    return actor.agency_code == NOTIFIER and asks_customs(actor, case)


def notifies_about(actor: Actor, exporter: Exporter) -> bool:
    """Staff of the ministry's bureau, about exporters of its register."""
    return actor.agency_code == NOTIFIER and keeps_register(actor, exporter)


def asks_customs(actor: Actor, case: Case | None = None) -> bool:
    """Staff of any agency; on a case, if it reads the contents."""
    return actor.is_staff and (case is None or contributor(actor, case))


NOTIFIERS = Permission("bureau of the commerce ministry", sends_notices)
writer, writing_chief = staff("sender"), chief("sender")
customs_staff = staff("customs")
# The sender's responsible person (主要负责人) approves a stop notice.
approver = of_office(office_holder("sender"))
# Only the ministry ends its notice: a responsible person, head or deputy.
ends_notice = of_office(responsible("sender"))


def answers(actor: Actor, stop: Stop) -> bool:
    """Staff of the customs agency."""
    return stop.sent_at is not None and customs_staff(actor, stop)


def ends_request(actor: Actor, stop: Stop) -> bool:
    """Unit leads and responsible persons of the sender, and those of customs, whose own power holds the goods."""
    return actor.leads(stop.sender_id) or (stop.sent_at is not None and actor.leads(stop.customs_id))
