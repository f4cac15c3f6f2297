"""Actions of the criminal transfer: what it freezes, opens and blocks."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import TIME_OF_ACT, TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from agencies.organisations.beside import procuratorate_beside
from cases.casefile.threshold import compare_with_threshold
from cases.clocks.actions import start_clocks
from cases.clocks.models import Clock
from cases.custody.actions import hand_over_lots
from cases.papers.actions import assign_draft_numbers
from cases.proceedings.actions import create_proceeding
from cases.proceedings.assessing import note_late_transfer
from cases.proceedings.models import Proceeding
from cases.sharing.actions import agency_by_code, grant_share
from coordination.exchange.tasks.actions import create_step, end_steps
from coordination.exchange.tasks.models import OWED_STEP

from ..chosen import sendable_files
from ..completeness import missing_parts
from ..goods import of_chosen
from ..models import Referral
from ..numbers import number_of
from ..packages import freeze, supplement
from ..workflow import workflow_of
from ..workflow.criminal import Urgency
from ..workflow.proposing import refused_it
from .demand import end_met_demands
from .drafting import police
from .holds import hold_fines, hold_fines_anew, pairs_of
from .non_filing import accept_non_filing, ask_reconsideration, note_filing, suggest_supervision
from .transitions import (
    Actions,
    approver,
    begin_act,
    handler_of,
    hold_conclusion,
    pass_to,
    scope_of,
    transition_referral,
)


def approve_transfer(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """The responsible person approves: the letter gets its number and the package is frozen. Raises Invalid if parts
    are missing and no reason is given; the papers of an urgent transfer follow later. What a superior agency decided is
    recorded as it is."""
    with atomic():
        at = begin_act(referral, "approve", actor, given)
        decider = approver(referral, "approve", actor)
        if decider and not (referral.urgent or given.get("incomplete_because", "").strip()):
            _refuse_incomplete(referral)
        number = number_of(referral, at=at)
        applied = transition_referral(
            referral,
            "approve",
            actor=actor,
            **given,
            changes={"number": number, "approver_id": decider},
        )
        assign_draft_numbers(referral.clock_kind, referral.pk, number)
        freeze(applied.thing, at=applied.at)
        return applied


def _refuse_incomplete(referral: Referral) -> None:
    missing = _(", ").join(str(part.label) for part in missing_parts(referral))
    if missing:
        detail = _("Missing in the checklist: %(parts)s. Return the report, or say why it goes without them.")
        raise Invalid.field("incomplete_because", "required", detail % {"parts": missing})


def deliver_transfer(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Delivers the transfer. The procuratorate gets a copy of the letter; fines for the act are on hold from now on."""
    with atomic():
        changes = {"delivered_at": TIME_OF_ACT, "copy_to": procuratorate_beside(referral.sender)}
        applied = transition_referral(referral, "deliver", actor=actor, changes=changes, **given)
        hold_conclusion(referral)
        hold_fines(referral)
        note_late_transfer(referral.case_id, referral.sender_id, at=applied.at, **scope_of(referral))
        end_met_demands(applied.thing, at=applied.at)
        if applied.thing.urgent:
            _owe_papers(applied)
        return applied


def _owe_papers(applied: TransitionResult[Referral]) -> None:
    """Papers owed after an urgent transfer are due like missing papers: three days after delivery."""
    referral = applied.thing
    start_clocks(
        ["TRF_SUPPLEMENT"],
        referral,
        case_id=referral.case_id,
        holder_id=referral.sender_id,
        at=applied.at,
        private=True,
        partner_id=referral.receiver_id,
    )
    create_step(
        referral.case,
        OWED_STEP,
        source=referral.pk,
        agency=referral.sender,
        asked_by=referral.receiver,
        due_at=Clock.objects.running().about(referral).get(rule__code="TRF_SUPPLEMENT").due_at,
        at=applied.at,
        holds_case=True,
    )


def submit_urgent(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """紧急移送: it goes at once and the papers follow, by weight or value or by other circumstances of the case
    (高检会〔2006〕2号 item 1). The responsible person decides first. Unknown is not above the threshold."""
    by_amount = given.get("urgency") == Urgency.AMOUNT
    if by_amount and compare_with_threshold(referral.case.items.all()).verdict != "above":
        detail = _("The goods known so far are not above the criminal threshold (20 t or 200,000 CNY).")
        raise Invalid.field("urgency", "threshold", detail)
    return transition_referral(referral, "submit_urgent", actor=actor, changes={"urgent": True}, **given)


def accept_transfer(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Signs the receipt: acceptance, which is not filing. Of two concurrent attempts, one succeeds and the other names
    the first."""
    changes = {"signed_at": TIME_OF_ACT, "handler_id": handler_of(actor, referral)}
    return transition_referral(referral, "accept", actor=actor, changes=changes, **given)


def supply(
    referral: Referral, verb: str, *, actor: Actor, supplied: str, files: Iterable[str] = (), **given: Any
) -> TransitionResult[Referral]:
    """Supplies missing papers and evidence files, or those that an urgent transfer still owes."""
    ids = list(files)
    with atomic():
        applied = transition_referral(
            referral, verb, actor=actor, supplied=supplied, files=ids, changes={"owed_papers": ""}, **given
        )
        added = sendable_files(referral, actor).filter(pk__in=ids).select_related("agency")
        referral.files.add(*added)
        supplement(applied.thing, supplied, added, at=applied.at)
        if referral.urgent:
            end_steps(referral.pk, at=applied.at, only=OWED_STEP)
        return applied


def reroute(referral: Referral, *, actor: Actor, receiver: str, **given: Any) -> TransitionResult[Referral]:
    """转送: the competent police start at the receipt."""
    with atomic():
        target = police(receiver)
        if target in referral.passed_on_by.all() and not given.get("designation"):
            detail = _("This agency passed the matter on. Enter the designation by the superior of both.")
            raise Invalid.field("designation", "required", detail)
        given |= {"receiver": receiver, "changes": {"asked_papers": ""}}
        applied = pass_to(referral, "reroute", target, actor=actor, **given)
        hold_fines_anew(applied.thing)
        return applied


def send_back(referral: Referral, *, actor: Actor, competent: str, **given: Any) -> TransitionResult[Referral]:
    """Returns a matter outside public security's remit to the sender, naming the competent agency (MPSP art. 175)."""
    agency = agency_by_code(competent, field="competent")
    return transition_referral(
        referral, "send_back", actor=actor, competent=competent, changes={"competent": agency}, **given
    )


def file_transfer(
    referral: Referral, *, actor: Actor, external_number: str, **given: Any
) -> TransitionResult[Referral]:
    """立案: opens the criminal proceeding. The two agencies now see each other's side of the case."""
    with atomic():
        at = begin_act(referral, "file", actor, given)
        require_reason_of_refuser(referral, actor, given)
        # No reason text: the page derives it in the reader's language.
        grant_share(referral.case, referral.receiver, profile="full", reason="", at=at)
        proceeding = create_proceeding(
            referral.case,
            referral.receiver,
            actor=actor,
            kind=Proceeding.Kind.CRIMINAL,
            external_number=external_number,
            offence=referral.offence,
            at=at,
            about=pairs_of(referral),
        )
        applied = transition_referral(
            referral, "file", actor=actor, external_number=external_number, changes={"proceeding": proceeding}, **given
        )
        note_filing(applied.thing, at=at)
        return applied


def uphold(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """维持不予立案: decides on the request for reconsideration."""
    workflow_of(referral).check("uphold", actor, referral)
    require_reason_of_refuser(referral, actor, given)
    return transition_referral(referral, "uphold", actor=actor, **given)


def require_reason_of_refuser(referral: Referral, actor: Actor, given: dict[str, Any]) -> None:
    """The person who refused decides again only with a reason; the table checks that there is no other holder."""
    again = referral.state == Referral.State.RECONSIDERATION and refused_it(referral, actor)
    if again and not given.get("same_person_because", "").strip():
        detail = _("You decided not to file. Give the reason why the same person decides again.")
        raise Invalid.field("same_person_because", "required", detail)


def hand_goods(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """涉案物品移交: offers the goods of the chosen acts to the police with their title (D310 art. 12). The sender's
    measures end and the police's begin when the police confirm the list."""
    with atomic():
        applied = transition_referral(referral, "hand_goods", actor=actor, **given)
        paper = given.get("paper") or referral.number
        lots = list(referral.case.lots.filter(of_chosen(referral)).values_list("pk", flat=True))
        hand_over_lots(
            referral.case, referral.sender, referral.receiver, at=applied.at, paper=paper, actor=actor, lots=lots
        )
        return applied


ACTIONS: Actions = {
    "approve": approve_transfer,
    "deliver": deliver_transfer,
    "accept": accept_transfer,
    # An urgent transfer that was taken back and is submitted again owes no papers.
    "submit": partial(transition_referral, verb="submit", changes={"urgent": False, "owed_papers": ""}),
    "submit_urgent": submit_urgent,
    **{verb: partial(supply, verb=verb) for verb in ("supply", "supply_owed")},
    "reroute": reroute,
    "send_back": send_back,
    "file": file_transfer,
    "uphold": uphold,
    "ask_reconsideration": ask_reconsideration,
    "suggest_supervision": suggest_supervision,
    "accept_non_filing": accept_non_filing,
    "hand_goods": hand_goods,
}
