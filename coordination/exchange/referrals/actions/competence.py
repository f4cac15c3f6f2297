"""Transfers between administrative agencies, and the ways to settle which is competent."""

from functools import partial
from typing import Any

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency, common_superior
from cases.proceedings.handing import end_by_hand_over, open_after_hand_over
from cases.sharing.actions import grant_share

from ..models import Referral
from .transitions import Actions, begin_act, handler_of, scope_of, transition_referral

CENTRE = "JECC"


def accept_matter(matter: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """The receiver opens its own proceeding. The sender's proceeding ends as transferred for the named parties."""
    with atomic():
        at = begin_act(matter, "accept", actor, given)
        grant_share(matter.case, matter.receiver, profile="full", reason="", at=at)
        opened = open_after_hand_over(matter.case, matter.receiver, actor=actor, at=at)
        if matter.origin:
            end_by_hand_over(matter.origin, parties=scope_of(matter)["parties"], at=at)
        changes = {"proceeding": opened, "signed_at": at, "handler_id": handler_of(actor, matter)}
        return transition_referral(matter, "accept", actor=actor, changes=changes, **given)


def ask_superior(matter: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """报请共同的上一级行政机关指定管辖 (APL art. 25)."""
    superior = common_superior(matter.sender, matter.receiver)
    return _notify_both_sides(
        matter, "ask_superior", actor=actor, changes={"arbiter": superior}, also=[superior], **given
    )


def ask_centre(matter: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    centre = Agency.objects.get(code=CENTRE)
    return _notify_both_sides(matter, "ask_centre", actor=actor, changes={"arbiter": centre}, also=[centre], **given)


def opine(matter: Referral, *, actor: Actor, competent: str, **given: Any) -> TransitionResult[Referral]:
    """Records the centre's written opinion on competence. An agency that refers the matter to the mechanism's Office is
    not bound by it."""
    chosen = matter.receiver if competent == matter.receiver.code else matter.sender
    return _notify_both_sides(matter, "opine", actor=actor, competent=competent, changes={"competent": chosen}, **given)


def _notify_both_sides(
    matter: Referral, verb: str, *, actor: Actor, also: list[Agency | None] | None = None, **given: Any
) -> TransitionResult[Referral]:
    """Applies a transition of a third agency, and notifies both sides."""
    both = [matter.sender_id, matter.receiver_id, *(one.pk for one in also or [] if one)]
    return transition_referral(matter, verb, actor=actor, also=[pk for pk in both if pk != actor.agency_id], **given)


BY_A_THIRD = ("designate_receiver", "designate_sender", "office_receiver", "office_sender")
ACTIONS: Actions = {
    "accept": accept_matter,
    "ask_superior": ask_superior,
    "ask_centre": ask_centre,
    "opine": opine,
    **{verb: partial(_notify_both_sides, verb=verb) for verb in BY_A_THIRD},
}
