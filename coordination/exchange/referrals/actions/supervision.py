"""Supervision of filing (立案监督): the procuratorate asks the police for their reasons, and decides."""

from functools import partial
from typing import Any

from agencies.journal.transitions import TIME_OF_ACT, TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic

from ..models import Referral
from ..workflow.steps import RECEIVER_SIDE, RESPONDENT
from .criminal import file_transfer
from .non_filing import end_supervision, those_asked, watch_investigation
from .transitions import Actions, begin_act, handler_of, transition_referral


def ask_reasons(supervision: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """要求说明不立案理由: from now on the police know of the supervision."""
    changes = {"signed_at": TIME_OF_ACT, "handler_id": handler_of(actor, supervision)}
    return inform(supervision, "ask_reasons", RESPONDENT, actor=actor, changes=changes, **given)


def inform(supervision: Referral, verb: str, side: str, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """An act of the procuratorate or of the police that the other of them receives, not the agency that sent the
    referral."""
    return transition_referral(supervision, verb, actor=actor, other=getattr(supervision, f"{side}_id"), **given)


def obey(supervision: Referral, *, actor: Actor, external_number: str, **given: Any) -> TransitionResult[Referral]:
    """The police file as ordered: the transfer is filed in the same action."""
    with atomic():
        at = begin_act(supervision, "obey", actor, given)
        transfer = supervision.parent
        if transfer is None:
            raise LookupError(f"the supervision {supervision.pk} has no transfer")
        applied = transition_referral(
            supervision, "obey", actor=actor, external_number=external_number, other=supervision.receiver_id, **given
        )
        given.pop("version", None)  # the version of the supervision, not of the transfer
        filed = file_transfer(transfer, actor=actor, external_number=external_number, **given)
        watch_investigation(applied.thing, filed.thing, at=at)
        return applied


def end_without_filing(supervision: Referral, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """The procuratorate does not take it up or notifies the agency of the reasons that it upholds, or the agency
    withdraws its suggestion and thereby accepts the non-filing."""
    also = [] if verb == "dismiss" else those_asked(supervision)
    with atomic():
        applied = transition_referral(supervision, verb, actor=actor, also=also, **given)
        end_supervision(applied.thing, at=applied.at)
        return applied


# The procuratorate orders or urges, upholds the reasons of the police, or demands correction (SPPR art. 562).
TO_POLICE = ("uphold_reasons", "order_filing", "demand_correction", "remind", "urge_decision", "record_service")
ACTIONS: Actions = {
    "ask_reasons": ask_reasons,
    "obey": obey,
    **{verb: partial(inform, verb=verb, side=RESPONDENT) for verb in TO_POLICE},
    **{verb: partial(inform, verb=verb, side=RECEIVER_SIDE) for verb in ("explain", "confirm_receipt")},
    **{verb: partial(end_without_filing, verb=verb) for verb in ("dismiss", "tell_agency", "withdraw")},
}
