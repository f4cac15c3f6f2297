"""The criminal transfer: what it freezes, opens and blocks."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from agencies.journal.moving import Moved, fix_time
from agencies.kernel.actor import Actor
from agencies.organs.actions import take_number
from agencies.organs.models import Agency
from cases.casefile.actions import lock_case
from cases.proceedings.actions import open_criminal_proceeding
from cases.proceedings.assessing import transferred
from cases.sharing.actions import grant

from ..models import Referral
from ..packages import freeze, supplement
from ..workflow import workflow_of
from .drafting import edit_referral
from .holds import hold_fines, pairs_of
from .non_filing import accept_non_filing, ask_reconsideration, note_filing, suggest_supervision
from .walking import hold_conclusion, move_referral, plain, scope_of


def approve_transfer(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """The responsible person approves: the letter gets its number and the package is frozen."""
    with transaction.atomic():
        workflow_of(referral).check("approve", actor, referral)
        at = fix_time(given, not_before=referral.state_since)
        number = referral.number or take_number(referral.sender, "transfer", at=at)
        moved = move_referral(
            referral, "approve", actor=actor, changes={"number": number, "approver_id": actor.id}, **given
        )
        freeze(moved.thing, at=moved.at)
        return moved


def deliver_transfer(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """Handed over; a copy of the letter goes to the procuratorate; fines for the act wait from here on."""
    with transaction.atomic():
        at = fix_time(given, not_before=referral.state_since)
        copy_to = Agency.objects.filter(code="SPP").exclude(pk=referral.receiver_id).first()
        moved = move_referral(
            referral, "deliver", actor=actor, changes={"delivered_at": at, "copy_to": copy_to}, **given
        )
        hold_conclusion(referral)
        hold_fines(referral)
        transferred(referral.case_id, referral.sender_id, at=moved.at, **scope_of(referral))
        return moved


def accept_transfer(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """The receipt is signed (acceptance, which is not filing). Two at once: one wins, the other is told who did."""
    at = fix_time(given, not_before=referral.state_since)
    return move_referral(referral, "accept", actor=actor, changes={"signed_at": at, "handler_id": actor.id}, **given)


def supply_papers(referral: Referral, *, actor: Actor, supplied: str, **given: Any) -> Moved[Referral]:
    with transaction.atomic():
        moved = move_referral(referral, "supply", actor=actor, supplied=supplied, **given)
        supplement(moved.thing, supplied, at=moved.at)
        return moved


def file_transfer(referral: Referral, *, actor: Actor, external_number: str, **given: Any) -> Moved[Referral]:
    """立案: only now does a criminal proceeding exist, and the two organs see each other's side of the case."""
    with transaction.atomic():
        lock_case(referral.case_id)
        workflow_of(referral).check("file", actor, referral)
        at = fix_time(given, not_before=referral.state_since)
        # Without words: the page derives them, in its reader's language.
        grant(referral.case, referral.receiver, profile="full", reason="", at=at)
        proceeding = open_criminal_proceeding(
            referral.case,
            referral.receiver,
            actor=actor,
            external_number=external_number,
            offence=referral.offence,
            at=at,
            about=pairs_of(referral),
        )
        moved = move_referral(
            referral, "file", actor=actor, external_number=external_number, changes={"proceeding": proceeding}, **given
        )
        note_filing(moved.thing, at=at, paper=given.get("paper", ""))
        return moved


PLAIN = ("submit", "refuse", "revoke", "ask_supplement", "not_file", "uphold", "hand_goods", "withdraw")
ACTIONS: dict[str, Callable[..., Moved[Referral]]] = {
    "edit": edit_referral,
    "approve": approve_transfer,
    "deliver": deliver_transfer,
    "accept": accept_transfer,
    "supply": supply_papers,
    "file": file_transfer,
    "ask_reconsideration": ask_reconsideration,
    "suggest_supervision": suggest_supervision,
    "accept_non_filing": accept_non_filing,
    **{verb: plain(verb) for verb in PLAIN},
}
