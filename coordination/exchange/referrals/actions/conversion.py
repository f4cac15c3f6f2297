"""Conversions within an anti-smuggling bureau: one agency in two capacities, each proceeding under its own law."""

from typing import Any

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.proceedings.actions import create_proceeding
from cases.proceedings.assessing import note_late_transfer
from cases.proceedings.handing import end_by_hand_over
from cases.proceedings.models import Proceeding

from ..models import Referral
from ..numbers import number_of
from ..packages import freeze
from .drafting import draft, offence_by_code
from .holds import pairs_of
from .reverse import hand_their_goods, restart
from .transitions import Actions, approver, begin_act, scope_of, transition_referral


def convert(case: Case, *, actor: Actor, offence: str = "", **answers: Any) -> Referral:
    """行转刑 or 刑转行: drafts the report by which the bureau changes its capacity."""
    return draft(
        case,
        "convert",
        actor=actor,
        kind=Referral.Kind.CONVERSION,
        state=Referral.State.DRAFT_REPORT,
        receiver=Agency.objects.get(pk=actor.own_agency),
        offence=offence_by_code(offence) if offence else None,
        **answers,
    )


def approve_criminal(
    conversion: Referral, *, actor: Actor, external_number: str, **given: Any
) -> TransitionResult[Referral]:
    """行转刑: opens the criminal proceeding and ends the administrative one for the parties concerned."""
    with atomic():
        at, origin = begin_act(conversion, "file", actor, given), conversion.origin
        opened = create_proceeding(
            conversion.case,
            conversion.sender,
            actor=actor,
            kind=Proceeding.Kind.CRIMINAL,
            external_number=external_number,
            offence=conversion.offence,
            at=at,
            about=pairs_of(conversion),
            converted_from=origin,
        )
        scope = scope_of(conversion)
        note_late_transfer(conversion.case_id, conversion.sender_id, at=at, **scope)
        if origin:
            end_by_hand_over(origin, parties=scope["parties"], at=at, verb="convert")
        return _approved(
            conversion, "file", actor, at=at, external_number=external_number, changes={"proceeding": opened}, **given
        )


def approve_administrative(
    conversion: Referral, *, actor: Actor, resumed: str = "", **given: Any
) -> TransitionResult[Referral]:
    """刑转行: resumes or opens the administrative proceeding for parties no longer in the criminal one."""
    with atomic():
        at = begin_act(conversion, "take_back", actor, given)
        running = restart(conversion, actor, resumed, at)
        if running.converted_from_id is None and conversion.origin_id != running.pk:
            Proceeding.objects.filter(pk=running.pk).update(converted_from=conversion.origin)
        return _approved(conversion, "take_back", actor, at=at, changes={"resumed": running}, **given)


def _approved(
    conversion: Referral, verb: str, actor: Actor, *, at: Any, changes: dict[str, Any], **given: Any
) -> TransitionResult[Referral]:
    number = number_of(conversion, at=at)
    decided = {"number": number, "approver_id": approver(conversion, verb, actor)}
    applied = transition_referral(conversion, verb, actor=actor, changes={**changes, **decided}, **given)
    freeze(applied.thing, at=applied.at)
    return applied


ACTIONS: Actions = {
    "file": approve_criminal,
    "take_back": approve_administrative,
    "hand_goods": hand_their_goods,
}
