"""How referrals pass to a colleague."""

from django.db.models import Case, F, Q, QuerySet, UUIDField, When
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden
from agencies.people.models import User
from agencies.people.reassigning import reassign
from cases.casefile.actions import lock_case, stream_of
from cases.casefile.reassigning import CaseReassignment

from .models import Referral, ReferralQuerySet

DRAFTS = (Referral.State.DRAFT_REPORT, Referral.State.DRAFT)


class ReferralReassignment(CaseReassignment):
    """Between the receiver's handler and the sender's drafter."""

    has_team = True

    def held(self, visible: ReferralQuerySet, person: User, actor: Actor) -> QuerySet[Referral]:
        """Referrals they handle at the receiver, or drafted at the sender, and drafts with them on the team."""
        drafts = Q(team=person, state__in=DRAFTS, sender=person.agency_id)
        sent = Q(drafter=person, sender=person.agency_id)
        found = visible.open().filter(Q(handler=person) | sent | drafts)
        return found.select_related("case").distinct().order_by("pk")

    def open_at(self, visible: ReferralQuerySet, agency: int) -> QuerySet[Referral]:
        return visible.waiting_on(agency)

    def pass_on(self, thing: Referral, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        """Changes the team of a draft. Once submitted, the author of the report stays on the team, because they must
        not approve it."""
        lock_case(thing.case_id)
        before = None if person is None else person.pk
        agency = (to or person or actor).agency_id
        here = {"handler": thing.receiver_id, "drafter": thing.sender_id}
        whose = {"handler": thing.handler_id, "drafter": thing.drafter_id}
        named = {name: to for name, where in here.items() if where == agency and whose[name] == before}
        reassign(thing, named, stream_of(thing.case_id), to, actor, reason)
        if person is None or to is None:
            return
        if thing.state in DRAFTS and thing.team.filter(pk=person.pk).exists():
            thing.team.remove(person)
            thing.team.add(to)
        elif thing.state not in DRAFTS and "drafter" in named:
            thing.team.add(person)

    def holder(self, thing: Referral, agency: int) -> User | None:
        return thing.handler if thing.receiver_id == agency else thing.drafter

    def holder_id(self, agency: int) -> Case:
        received = When(receiver_id=agency, then=F("handler_id"))
        return Case(received, When(sender_id=agency, then=F("drafter_id")), output_field=UUIDField(null=True))

    def agency_of(self, thing: Referral, actor: Actor) -> int:
        """The receiver has a handler from the hand-over on. The sender has one, its drafter, while the next step is its
        own; otherwise the report stays with its author, who may not approve it."""
        if thing.delivered_at is not None and actor.agency_id == thing.receiver_id:
            return thing.receiver_id
        if actor.agency_id is None or not Referral.objects.waiting_on(actor.agency_id).filter(pk=thing.pk).exists():
            raise Forbidden(_("Only a referral whose next step is your agency's has a handler here."))
        return actor.agency_id

    def is_open(self, thing: Referral) -> bool:
        return thing.state not in Referral.ENDED

    def words(self, thing: Referral) -> str:
        return f"{thing.get_kind_display()} {thing.number}".strip()
