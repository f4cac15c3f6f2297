"""A supervisor asks the coordinators of the centre to remind an agency; their overview and home show it that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden
from agencies.kernel.filtering import start_of
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.models import User

ASK = "ask_reminder"


@dataclass(frozen=True)
class Request:
    at: datetime
    name: str


def ask_for_reminder(agency: Agency, *, actor: Actor) -> Event:
    """Records the request. Raises Forbidden for readers outside the centre, who remind other agencies themselves."""
    if not actor.is_centre:
        raise Forbidden(_("Only the centre asks its coordinators; an agency sends its own reminders."))
    key = agency_stream(Agency.objects.get(pk=actor.own_agency))
    with atomic():
        return record_event(
            key,
            actor=actor,
            action=Action(ASK, "agency", key.subject, fields=[agency.code], data={"agency": agency.code}),
            audience=Audience(Event.Visibility.OWN),
        )


def requests_today(actor: Actor, now: datetime) -> Mapping[str, Request]:
    """The latest request of today for each agency by code. One query, and one for the names."""
    if not actor.is_centre:
        return {}
    asked = Event.objects.filter(
        verb=ASK, agency_id=actor.agency_id, recorded_at__gte=start_of(timezone.localdate(now))
    )
    events = asked.exclude(fields="").order_by("recorded_at")
    people = {str(one.pk): one.name for one in User.objects.in_bulk({event.actor_id for event in events}).values()}
    return {event.fields: Request(event.recorded_at, people.get(str(event.actor_id), "")) for event in events}
