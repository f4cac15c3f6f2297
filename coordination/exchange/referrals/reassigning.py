"""How referrals pass to a colleague."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden
from agencies.kernel.resource import Reassign
from agencies.people.models import User
from agencies.people.reassigning import reassign
from cases.casefile.actions import lock_case, stream_of

from .models import Referral

DRAFTS = (Referral.State.DRAFT_REPORT, Referral.State.DRAFT)


def _held(person: User, actor: Actor) -> QuerySet[Referral]:
    """Referrals they handle at the receiver, or drafted at the sender, and drafts with them on the team."""
    drafts = Q(team=person, state__in=DRAFTS, sender=person.agency_id)
    sent = Q(drafter=person, sender=person.agency_id)
    found = Referral.objects.visible_to(actor).open().filter(Q(handler=person) | sent | drafts)
    return found.select_related("case").distinct().order_by("pk")


def _pass_on(referral: Referral, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
    """Changes the team of a draft. Once submitted, the author of the report stays on the team, because they must not
    approve it."""
    lock_case(referral.case_id)
    before = None if person is None else person.pk
    agency = (to or person or actor).agency_id
    here = {"handler": referral.receiver_id, "drafter": referral.sender_id}
    whose = {"handler": referral.handler_id, "drafter": referral.drafter_id}
    named = {name: to for name, where in here.items() if where == agency and whose[name] == before}
    reassign(referral, "referral", named, stream_of(referral.case_id), to, actor, reason)
    if person is None or to is None:
        return
    if referral.state in DRAFTS and referral.team.filter(pk=person.pk).exists():
        referral.team.remove(person)
        referral.team.add(to)
    elif referral.state not in DRAFTS and "drafter" in named:
        referral.team.add(person)


def _whose_step(referral: Referral, actor: Actor) -> int:
    """The receiver has a handler from the hand-over on. The sender has one, its drafter, while the next step is its
    own; otherwise the report stays with its author, who may not approve it."""
    if referral.delivered_at is not None and actor.agency_id == referral.receiver_id:
        return referral.receiver_id
    if actor.agency_id is None or not Referral.objects.waiting_on(actor.agency_id).filter(pk=referral.pk).exists():
        raise Forbidden(_("Only a referral whose next step is your agency's has a handler here."))
    return actor.agency_id


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda referral, agency: referral.handler if referral.receiver_id == agency else referral.drafter,
    words=lambda referral: f"{referral.get_kind_display()} {referral.number}".strip(),
    agency=_whose_step,
    is_open=lambda referral: referral.state not in Referral.ENDED,
    open_at=lambda agency: Referral.objects.waiting_on(agency),
    taken_back=True,
    has_team=True,
)
