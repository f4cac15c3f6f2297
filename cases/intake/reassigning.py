"""How leads pass to a colleague."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .models import Lead
from .receiving import lead_stream


def _held(person: User, actor: Actor) -> QuerySet[Lead]:
    return Lead.objects.visible_to(actor).to_triage().filter(agency=person.agency_id, officer=person).order_by("pk")


def _pass_on(lead: Lead, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
    """Changes the person who triages it; the state does not change."""
    reassign(lead, "lead", {"officer": to}, lead_stream(lead.pk), to, actor, reason)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda lead, agency: lead.officer,
    words=lambda lead: lead.title,
    agency=lambda lead, actor: lead.agency_id,
    is_open=lambda lead: lead.state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP),
    open_at=lambda agency: Lead.objects.to_triage().filter(agency=agency),
    taken_back=True,
)
