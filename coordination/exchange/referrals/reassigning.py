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


def _pass_on(referral: Referral, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """Changes the team of a draft. Once submitted, the author of the report stays on the team, because they must not
    approve it."""
    lock_case(referral.case_id)
    before = None if person is None else person.pk
    here = {"handler": referral.receiver_id, "drafter": referral.sender_id}
    whose = {"handler": referral.handler_id, "drafter": referral.drafter_id}
    named = {name: to for name, agency in here.items() if agency == to.agency_id and whose[name] == before}
    reassign(referral, "referral", named, stream_of(referral.case_id), to, actor, reason)
    if person is None:
        return
    if referral.state in DRAFTS and referral.team.filter(pk=person.pk).exists():
        referral.team.remove(person)
        referral.team.add(to)
    elif referral.state not in DRAFTS and "drafter" in named:
        referral.team.add(person)


def _receiver(referral: Referral, actor: Actor) -> int:
    """The sender's report stays with its author, who may not approve it."""
    if referral.delivered_at is None or actor.agency_id != referral.receiver_id:
        raise Forbidden(_("Only a referral that was sent to your agency has a handler here."))
    return referral.receiver_id


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda referral, agency: referral.handler if referral.receiver_id == agency else referral.drafter,
    words=lambda referral: f"{referral.get_kind_display()} {referral.number}".strip(),
    agency=_receiver,
    is_open=lambda referral: referral.state not in Referral.ENDED,
    open_at=lambda agency: Referral.objects.waiting_on(agency),
)
