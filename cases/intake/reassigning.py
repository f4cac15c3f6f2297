"""How leads pass to a colleague."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .models import Lead, LeadQuerySet
from .receiving import lead_stream


class LeadReassignment(Reassignment):
    handler = "officer"
    taken_back = True

    def held(self, visible: LeadQuerySet, person: User, actor: Actor) -> QuerySet[Lead]:
        return self.open_at(visible, person.agency_id).filter(officer=person).order_by("pk")

    def open_at(self, visible: LeadQuerySet, agency: int) -> QuerySet[Lead]:
        return visible.to_triage().filter(agency=agency)

    def pass_on(self, thing: Lead, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        """Changes the person who triages it; the state does not change."""
        reassign(thing, {"officer": to}, lead_stream(thing.pk), to, actor, reason)

    def is_open(self, thing: Lead) -> bool:
        return thing.state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP)

    def words(self, thing: Lead) -> str:
        return thing.title
