"""Applies transitions of referrals, with the consequences common to all kinds."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.journal.actions import Audience
from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time_of
from agencies.kernel.action_fields import refuse_strange_choices
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic, touch
from agencies.kernel.workflow import Transition, Visibility
from agencies.organisations.models import Agency
from cases.casefile.actions import lift_holds, lock_case, locked_case, place_hold
from cases.casefile.models import Hold
from cases.clocks.actions import start_clocks, stop_clocks
from cases.papers.actions import send_papers
from cases.proceedings.assessing import record_transfer_return
from coordination.exchange.letters.acting import record_begun
from coordination.exchange.tasks.actions import create_step, date_step, end_steps
from coordination.exchange.tasks.models import CORRECTION_STEP

from ..access import receiver_reads
from ..corrections import CONFIRMED, corrections_of
from ..models import Letter, Referral
from ..receipts import RECEIPT, notice_columns, periods_of_notice
from ..workflow import workflow_of
from ..workflow.steps import RECEIVER_SIDE, SENDER, agency_at, step_of

Actions = Mapping[str, Callable[..., TransitionResult[Referral] | Referral]]  # by verb
EMPTY: Mapping[str, Any] = {}
PAPERS_MOOT = frozenset({Referral.State.FILED, Referral.State.NOT_FILED, *Referral.ENDED})
# Runs on the proceeding that the filing opened; the filing starts it.
OF_PROCEEDING = frozenset({"SUP_CHASE"})


# What a decision or a change of state leaves of a proposal.
PROPOSAL_ENDED: dict[str, Any] = {"proposed": "", "proposal": "", "decider_id": None, "to_revise": ""}
HANDING_OVER = frozenset({"deliver", "send"})
TO_DRAFT = frozenset({"revise", "revoke"})  # by which the office returns a report to its drafter


def begin_act(referral: Referral, verb: str, actor: Actor, given: dict[str, Any]) -> datetime:
    """Locks the case, checks that the table allows the act, and returns its time, which is stored in `given`: for acts
    that write other objects first."""
    lock_case(referral.case_id)
    workflow_of(referral).check(verb, actor, referral)
    return resolve_time_of(given, not_before=referral.state_since)


def handler_of(actor: Actor, referral: Referral) -> UUID | None:
    """The recording person does not become handler for an agency that does not use the system."""
    return actor.person_id if actor.agency_id == referral.receiver_id else None


def pass_to(referral: Referral, verb: str, target: Agency, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """转送: another receiver starts anew. The agency that passed it on keeps the envelope and its own letter."""
    fresh = {"receiver": target, "holder_id": target.pk, "handler_id": None, "signed_at": None}
    first, changes = referral.receiver, fresh | given.pop("changes", {})
    with atomic():
        applied = transition_referral(referral, verb, actor=actor, also=[target.pk], changes=changes, **given)
        applied.thing.passed_on_by.add(first)
        end_steps(referral.pk, at=applied.at, only=CORRECTION_STEP)
        ask_for_receipt(applied.thing, at=applied.at)
        return applied


def create_sent(*, sender: Agency, receiver: Agency, at: datetime, **columns: Any) -> Referral:
    """Creates a referral that is with its receiver from the beginning."""
    sides = {"sender": sender, "receiver": receiver, "holder": receiver}
    return Referral.objects.create(**sides, state_since=at, delivered_at=at, **columns)


def approver(referral: Referral, verb: str, actor: Actor) -> str | None:
    """The office holder who approved; None where a superior agency decided."""
    return actor.id if workflow_of(referral).proxy_of(verb, actor, referral) is None else None


def transition_referral(
    referral: Referral,
    verb: str,
    *,
    actor: Actor,
    changes: dict[str, Any] | None = None,
    other: int | None = None,
    also: Iterable[int] = (),
    **given: Any,
) -> TransitionResult[Referral]:
    """Applies one transition of the kind's workflow, with its clocks, step tasks, holder and holds.

    `other` is the agency addressed, if it is not simply the other side; `also` are notified. What is given as `letter`
    is stored as one.
    """
    workflow = workflow_of(referral)
    line = workflow.transitions[verb]
    other = _agency_beside(referral, actor) if other is None else other
    with locked_case(referral.case_id):
        workflow.require_actor(verb, actor, referral)
        refuse_strange_choices(line.fields, given, referral, actor)
        columns = {**_holder(referral, line.to), **_proposal(referral, line.to), **(changes or {})}
        if verb in TO_DRAFT or line.to == Referral.State.RETURNED:
            columns["to_revise"] = given.get("reason", "")
        if verb == "change":
            columns["to_revise"] = ""
        columns |= notice_columns(referral, verb, given.get("paper", ""))
        waited = referral.notice_pending
        audience = _audience(referral, verb, line, other, also)
        applied = apply_transition(referral, verb, actor=actor, audience=audience, changes=columns, **given)
        if waited:
            _end_notice(applied)
        _run_clocks(applied)
        _run_steps(applied)
        if verb in HANDING_OVER:
            send_papers(referral.clock_kind, referral.pk, at=applied.at, receipt=False)
        if columns.get("signed_at"):  # the receipt, for every kind: the package opens
            send_papers(referral.clock_kind, referral.pk, at=applied.at, receipt=True)
            ask_for_receipt(applied.thing, at=applied.at)
        if given.get("letter"):
            _keep_letter(applied, actor, **given)
        if line.to in workflow.final:
            lift_holds(referral.pk)
            _return_to_sender(applied)
        if line.to is not None and not confirms_corrections(applied.thing):
            end_steps(referral.pk, at=applied.at, only=CORRECTION_STEP)
        touch("referral", applied.thing.pk)
        return applied


def record_sent(
    referral: Referral, verb: str, agency: Agency, *, actor: Actor, at: datetime, data: Mapping[str, Any] = EMPTY
) -> None:
    """Records a referral that was created as sent, and notifies the agency addressed."""
    audience = Audience("pair", counterpart_id=agency.pk, notify=[agency.pk])
    record_begun(referral, verb, actor=actor, at=at, audience=audience, data=data)


def _agency_beside(referral: Referral, actor: Actor) -> int:
    return referral.receiver_id if actor.agency_id == referral.sender_id else referral.sender_id


def _audience(referral: Referral, verb: str, line: Transition, other: int, also: Iterable[int]) -> Audience:
    """Before delivery the other side must not learn of the referral; afterwards it is notified of every step."""
    handed = referral.delivered_at is not None or verb in HANDING_OVER
    if not handed or line.visibility == Visibility.OWN:
        return Audience()
    return Audience(counterpart_id=other, notify=[*dict.fromkeys([other, *also])])


def _keep_letter(
    applied: TransitionResult[Referral], actor: Actor, *, letter: str, above: str = "", **_given: Any
) -> None:
    Letter.objects.create(
        referral=applied.thing,
        verb=applied.event.verb,
        agency_id=applied.event.on_behalf_of_id or actor.own_agency,
        above=above,
        text=letter,
        at=applied.at,
    )


def _return_to_sender(applied: TransitionResult[Referral]) -> None:
    """A transfer that ended without filing returned: it no longer holds the sender's own penalties."""
    referral = applied.thing
    if referral.is_transfer and referral.state not in (Referral.State.FILED, Referral.State.WITHDRAWN):
        record_transfer_return(referral.case_id, referral.sender_id, at=applied.at, **scope_of(referral))


def scope_of(referral: Referral) -> dict[str, list[UUID]]:
    """Parties and acts of the referral; naming none means all of the case."""
    return {name: list(getattr(referral, name).values_list("pk", flat=True)) for name in ("parties", "acts")}


def _proposal(referral: Referral, to: str | None) -> dict[str, Any]:
    waits = referral.proposed or referral.decider_id or referral.to_revise
    return PROPOSAL_ENDED if to is not None and waits else {}


def _holder(referral: Referral, to: str | None) -> dict[str, Any]:
    if to is None:
        return {}
    step = step_of(referral, to)
    return {"holder_id": agency_at(referral, step[1] if step else SENDER).pk}


def _run_clocks(applied: TransitionResult[Referral]) -> None:
    referral, line = applied.thing, applied.transition
    rules = {"REVIEW": referral.review_rule}
    stops = None if "*" in line.stops else [rules.get(code, code) for code in line.stops]
    stop_clocks(stops, referral, case_id=referral.case_id, at=applied.at)
    starts = [rules.get(code, code) for code in line.starts if code not in OF_PROCEEDING]
    run_clocks([RECEIPT] if line.notice else starts, referral, at=applied.at)


def run_clocks(codes: Iterable[str], referral: Referral, *, at: datetime) -> None:
    """Starts periods about the referral, private to its two sides."""
    start_clocks(
        codes,
        referral,
        case_id=referral.case_id,
        holder_id=referral.holder_id,
        at=at,
        private=True,
        partner_id=_other_side(referral),
    )


def _other_side(referral: Referral) -> int | None:
    """The other side, which sees the holder's clock; None before delivery."""
    if referral.delivered_at is None:
        return None
    return referral.sender_id if referral.holder_id == referral.receiver_id else referral.receiver_id


def _end_notice(applied: TransitionResult[Referral]) -> None:
    """The receipt of a notice, or a step taken without it, ends its waiting; a receipt starts the periods of the notice
    and dates its step."""
    referral, line = applied.thing, applied.transition
    if line.receives or line.to is not None:
        stop_clocks([RECEIPT], referral, case_id=referral.case_id, at=applied.at)
    if not line.receives:
        return
    run_clocks(periods_of_notice(referral), referral, at=applied.at)
    if line.to is None and (step := step_of(referral, referral.state)):
        date_step(referral.pk, step[0], due_at=referral.due_at)


def _run_steps(applied: TransitionResult[Referral]) -> None:
    referral, to = applied.thing, applied.transition.to
    if to is None:
        if applied.event.verb == "hand_goods":
            end_steps(referral.pk, at=applied.at, only="HAND_GOODS")
        return
    # Once filed or not filed, papers of an urgent transfer are no longer expected.
    end_steps(referral.pk, at=applied.at, ended=to in PAPERS_MOOT)
    ask_step(referral, at=applied.at)


def ask_step(referral: Referral, *, at: datetime) -> None:
    """Creates the task of the referral's present state."""
    step_and_side = step_of(referral, referral.state)
    if step_and_side:
        step, side = step_and_side
        doer = agency_at(referral, side)
        asker = referral.sender if side == RECEIVER_SIDE else referral.receiver
        # Before delivery, only the sender's own agency knows of its steps.
        asked_by = asker if referral.delivered_at else doer
        create_step(
            referral.case,
            step,
            source=referral.pk,
            agency=doer,
            asked_by=asked_by,
            due_at=None if referral.notice_pending else referral.due_at,
            at=at,
            holds_case=may_hold(referral),
        )


def confirms_corrections(referral: Referral) -> bool:
    """Whether the receiver now works with the package, and confirms its corrections."""
    line = workflow_of(referral).transitions.get(CONFIRMED)
    return line is not None and referral.state in line.sources and receiver_reads(referral)


def ask_for_receipt(referral: Referral, *, at: datetime) -> None:
    """Creates the receiver's step if it has to confirm a correction of what its package holds."""
    if not confirms_corrections(referral):
        return
    if any(one.received_at is None for one in corrections_of(referral, list(referral.packages.all()))):
        create_step(
            referral.case,
            CORRECTION_STEP,
            source=referral.pk,
            agency=referral.receiver,
            asked_by=referral.sender,
            due_at=None,
            at=at,
            holds_case=False,
        )


def may_hold(referral: Referral) -> bool:
    """Another agency's draft places no hold, because the explanation of the hold would disclose it.

    A letter that needs no answer never places one.
    """
    if referral.kind in Referral.LETTERS:
        return False
    return referral.delivered_at is not None or referral.sender_id == referral.case.lead_id


def hold_conclusion(referral: Referral) -> None:
    place_hold(
        referral.case_id,
        Hold.Verb.CONCLUDE,
        because=Hold.Because.REFERRAL,
        agency_id=referral.sender_id,
        source=referral.pk,
    )
