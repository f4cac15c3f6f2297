"""After a non-filing: reconsideration, suggestion to the procuratorate, or consent (D310 art. 9, MPSP art. 181)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.journal.transitions import TransitionResult, resolve_time_of
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.clocks.actions import start_clocks
from cases.clocks.models import Clock
from cases.sharing.actions import agency_by_code

from ..models import Letter, Referral
from ..numbers import next_number_of
from .transitions import ask_step, create_sent, hold_conclusion, record_sent, run_clocks, transition_referral

S, K = Referral.State, Referral.Kind


def ask_reconsideration(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """提请复议, within three days. After that the procuratorate may still be asked directly."""
    with atomic():
        right = Clock.objects.running().about(referral).filter(rule__code="TRF_RECON_APPLY").first()
        applied = transition_referral(referral, "ask_reconsideration", actor=actor, **given)
        if right and right.breach_at and applied.at > right.breach_at:
            ended = date_format(timezone.localtime(right.breach_at), "DATETIME_FORMAT")
            detail = _(
                "The period for reconsideration ended on %(at)s. The procuratorate may still be asked to "
                "supervise the filing."
            )
            raise TransitionRefused([UnmetCondition("lapsed", detail % {"at": ended})])
        return applied


def suggest_supervision(
    referral: Referral, *, actor: Actor, procuratorate: str, grounds: str, **given: Any
) -> TransitionResult[Referral]:
    """建议立案监督: creates a referral of its own. The procuratorate gets the letter and reads the package."""
    with atomic():
        at = resolve_time_of(given, not_before=referral.state_since)
        agency = agency_by_code(procuratorate, field="procuratorate")
        applied = transition_referral(
            referral,
            "suggest_supervision",
            actor=actor,
            procuratorate=procuratorate,
            grounds=grounds,
            other=agency.pk,
            changes={"supervised_by": agency, "holder_id": agency.pk},
            **given,
        )
        supervision = _create_supervision(applied.thing, agency, drafter_id=actor.id, report=grounds, at=at)
        Letter.objects.create(referral=supervision, verb="suggest", agency_id=actor.own_agency, text=grounds, at=at)
        hold_conclusion(supervision)
        run_clocks(["INT_SIGN"], supervision, at=at)
        data = {"receiver": agency.code, "paper": given.get("paper", "")}
        record_sent(supervision, "suggest", agency, actor=actor, at=at, data=data)
        ask_step(supervision, at=at)
        return applied


def _create_supervision(transfer: Referral, procuratorate: Agency, *, at: datetime, **columns: Any) -> Referral:
    """Creates the referral to the procuratorate, about the parties and acts of the transfer."""
    supervision = create_sent(
        case=transfer.case,
        kind=K.SUPERVISION,
        state=S.SUGGESTED,
        sender=transfer.sender,
        receiver=procuratorate,
        at=at,
        respondent=transfer.receiver,
        parent=transfer,
        number=next_number_of(K.SUPERVISION, transfer.sender, at=at),
        title=transfer.title,
        offence=transfer.offence,
        **columns,
    )
    supervision.parties.set(transfer.parties.all())
    supervision.acts.set(transfer.acts.all())
    return supervision


def accept_non_filing(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """The sender accepts: the matter returns to the administrative side and fines are no longer on hold."""
    with atomic():
        applied = transition_referral(referral, "accept_non_filing", actor=actor, **given)
        for supervision in _open_supervisions(applied.thing):
            data = {"happened_at": applied.at, "paper": given.get("paper", "")}
            ending = _("The agency does not object to the non-filing.")
            transition_referral(
                supervision, "withdraw", actor=actor, ending_reason=ending, also=those_asked(supervision), **data
            )
        return applied


def end_supervision(supervision: Referral, *, at: datetime) -> None:
    """The procuratorate does not take it up, or finds the reasons sufficient: the non-filing is final."""
    transfer = supervision.parent
    if transfer is not None and transfer.state == S.SUPERVISED:
        transition_referral(transfer, "end_supervision", actor=SYSTEM, happened_at=at, also=[transfer.receiver_id])


def note_filing(transfer: Referral, *, at: datetime) -> None:
    """The police filed under supervision: the supervision ends and its follow-up period starts."""
    for supervision in _open_supervisions(transfer):
        noted = max(at, supervision.state_since or at)
        also = [supervision.receiver_id, *those_asked(supervision)]
        transition_referral(supervision, "note_filing", actor=SYSTEM, happened_at=noted, also=also)
        watch_investigation(supervision, transfer, at=at)


def watch_investigation(supervision: Referral, transfer: Referral, *, at: datetime) -> None:
    """Three months after a supervised filing, the procuratorate may press for the investigation (SPPR art. 564)."""
    if transfer.proceeding is not None:
        start_clocks(
            ["SUP_CHASE"],
            transfer.proceeding,
            case_id=transfer.case_id,
            holder_id=supervision.receiver_id,
            at=at,
            private=True,
            partner_id=transfer.receiver_id,
        )


def those_asked(supervision: Referral) -> list[int]:
    """Police that know of the supervision, which they do once asked for their reasons."""
    asked = supervision.respondent_id is not None and supervision.signed_at is not None
    return [supervision.respondent_id] if asked and supervision.respondent_id else []


def _open_supervisions(transfer: Referral) -> list[Referral]:
    return list(transfer.followed_by.filter(kind=K.SUPERVISION).open())
