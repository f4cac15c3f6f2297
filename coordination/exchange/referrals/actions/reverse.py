"""Returns from criminal justice: the administrative side restarts for the named parties."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.transitions import CommonAnswers, TransitionResult, resolve_time
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.actions import lock_case_for
from cases.casefile.choices import OpinionAsks
from cases.casefile.models import Case, Hold
from cases.custody.actions import hand_over_lots
from cases.papers.models import IncomingPaper
from cases.proceedings.handing import lift_police_holds, resume_after_return
from cases.proceedings.models import Proceeding
from cases.sharing.actions import grant_share
from coordination.exchange.letters.acting import record_begun

from ..goods import may_go
from ..models import Referral
from ..packages import freeze
from ..receipts import periods_of_notice, received_with
from ..workflow.reverse import resumable
from .drafting import proceeding_of
from .transitions import (
    Actions,
    ask_step,
    begin_act,
    create_sent,
    handler_of,
    hold_conclusion,
    run_clocks,
    scope_of,
    transition_referral,
)

S, K = Referral.State, Referral.Kind


def record_return(
    case: Case, *, actor: Actor, paper: str, asks: str = "", parties: Iterable[str] = (), **given: Any
) -> Referral:
    """Records a paper letter of police or a procuratorate that does not use the system, for the agency that received
    it.

    `asks` is an `OpinionAsks`, for the opinion of a procuratorate.
    """
    letter, common = _paper_of_absent(case, paper, actor), CommonAnswers.pop_from(given)
    opinion = letter.agency.line == Agency.Line.PROCURATORATE
    kind = K.REVERSE
    if opinion:
        kind = K.DEMAND if asks == OpinionAsks.TRANSFER else K.OPINION
    elif asks:
        raise Invalid.field("asks", "choice", _("Only a procuratorate gives such an opinion."))
    with atomic():
        case = lock_case_for(case, "record_return", actor=actor, version=common.version)
        at = resolve_time(common.happened_at, paper=paper)
        made = create_sent(
            case=case,
            kind=kind,
            state=S.SENT,
            sender=letter.agency,
            receiver=Agency.objects.get(pk=actor.own_agency),
            at=at,
            number=letter.number,
            title=letter.title,
            **(received_with(letter.dated, at) if opinion else {}),
            **given,
        )
        made.parties.set(case.parties.filter(pk__in=list(parties)))
        freeze(made, at=at)
        hold_conclusion(made)
        record_begun(
            made,
            "send",
            actor=actor,
            at=at,
            audience=Audience("pair", counterpart_id=letter.agency_id),
            on_behalf_of=letter.agency_id,
            data={"paper": f"{letter.number} {letter.title}"},
        )
        if opinion:
            run_clocks(periods_of_notice(made), made, at=at)
        ask_step(made, at=at)
        return made


def _paper_of_absent(case: Case, pk: str, actor: Actor) -> IncomingPaper:
    held = IncomingPaper.objects.standing().filter(case=case, keeper_id=actor.own_agency, agency__signs_in=False)
    letter = held.filter(pk=pk).select_related("agency").first()
    if letter is None:
        raise Invalid.field("paper", "choice", _("No such paper of an agency that does not sign in."))
    return letter


def accept_return(back: Referral, *, actor: Actor, resumed: str = "", **given: Any) -> TransitionResult[Referral]:
    """Accepts the return: the administrative side restarts, and fines for these parties are no longer on hold."""
    with atomic():
        at = begin_act(back, "accept", actor, given)
        grant_share(back.case, back.receiver, profile="full", reason="", at=at)
        changes = {"resumed": restart(back, actor, resumed, at), "signed_at": at, "handler_id": handler_of(actor, back)}
        return transition_referral(back, "accept", actor=actor, changes=changes, **given)


def restart(back: Referral, actor: Actor, resumed: str, at: Any) -> Proceeding:
    """Resumes the chosen proceeding or opens a new one, and releases the holds of the police."""
    chosen = proceeding_of(back.case, resumed, "resumed") if resumed else None
    if chosen is not None and str(chosen.pk) not in dict(resumable(back, actor)):
        raise Invalid.field("resumed", "choice", _("This proceeding cannot be resumed."))
    parties = scope_of(back)["parties"]
    running = resume_after_return(back.case, back.receiver, proceeding=chosen, parties=parties, actor=actor, at=at)
    lift_police_holds(sources=_sources(back), parties=parties)
    return running


def _sources(back: Referral) -> list[UUID]:
    """What puts fines on hold: the criminal proceeding and the transfer that opened it; if unnamed, all of the
    sender's."""
    if back.origin is None:
        held = Hold.objects.standing().filter(case=back.case_id, verb=Hold.Verb.PUNISH, agency=back.sender_id)
        return list(held.values_list("source", flat=True))
    opened_by = Referral.objects.filter(proceeding=back.origin).values_list("pk", flat=True)
    return [back.origin.pk, *opened_by]


def hand_their_goods(back: Referral, *, actor: Actor, lots: Iterable[str], **given: Any) -> TransitionResult[Referral]:
    """随案移送涉案物品: offers the goods of the returned parties with their title, as at filing (D310 arts. 10, 12)."""
    chosen = list(lots)
    with atomic():
        begin_act(back, "hand_goods", actor, given)
        if strange := set(chosen) - set(dict(may_go(back, actor))):
            detail = _("These goods are not held here, or belong to the acts of others: %(ids)s.")
            raise Invalid.field("lots", "choice", detail % {"ids": ", ".join(sorted(strange))})
        applied = transition_referral(back, "hand_goods", actor=actor, lots=chosen, **given)
        paper = given.get("paper") or back.number
        hand_over_lots(back.case, back.sender, back.receiver, at=applied.at, paper=paper, actor=actor, lots=chosen)
        return applied


ACTIONS: Actions = {"accept": accept_return, "hand_goods": hand_their_goods}
