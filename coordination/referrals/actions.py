"""Drafting referrals and walking them: who holds them, what they freeze, open and block."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event
from agencies.journal.moving import Moved, move_thing, settle_time
from agencies.kernel.actor import Actor
from agencies.kernel.refusals import Invalid
from agencies.organs.actions import take_number
from agencies.organs.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lift_holds, lock_case, place_hold, stream_of, take_case
from cases.casefile.models import Case, Hold
from cases.clocks.actions import start_clocks, stop_clocks
from cases.controls.models import Offence
from cases.intake.actions import receive_lead
from cases.proceedings.actions import open_criminal_proceeding
from cases.sharing.actions import grant, organ_by_code
from coordination.tasks.actions import create_step, end_steps

from .models import Referral
from .packages import freeze, letter_of, snapshot, supplement
from .workflow import RECEIVER_SIDE, STEP_AT, workflow_of

S, K = Referral.State, Referral.Kind


# Drafting ------------------------------------------------------------------------------------------------------------
def draft_transfer(
    case: Case, *, actor: Actor, receiver: str, offence: str, title: str, report: str = "", team: Iterable[str] = (),
    happened_at: datetime | None = None, version: int | None = None,
) -> Referral:  # fmt: skip
    """Starts the criminal transfer of a case: a draft that only the sender's organ sees."""
    target = _police(receiver)
    with transaction.atomic():
        referral = _draft(
            case, "draft_transfer", actor=actor, kind=K.CRIMINAL_TRANSFER, state=S.DRAFT_REPORT, receiver=target,
            title=title, report=report, offence=_offence(offence), happened_at=happened_at, version=version,
        )  # fmt: skip
        referral.team.set(_team(team, actor))
        return referral


def request_assistance(
    case: Case,
    *,
    actor: Actor,
    receiver: str,
    title: str,
    report: str,
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Referral:
    """协查: asks another organ for something; it need not share the case."""
    return _draft(
        case, "request_assistance", actor=actor, kind=K.ASSISTANCE, state=S.DRAFT, title=title, report=report,
        receiver=organ_by_code(receiver, field="receiver"), happened_at=happened_at, version=version,
    )  # fmt: skip


def transfer_lead(
    case: Case,
    *,
    actor: Actor,
    receiver: str,
    title: str,
    report: str,
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Referral:
    """线索移送: hands what was found to the organ that is competent; accepted, it becomes a lead there."""
    return _draft(
        case, "transfer_lead", actor=actor, kind=K.LEAD_TRANSFER, state=S.DRAFT, title=title, report=report,
        receiver=organ_by_code(receiver, field="receiver"), happened_at=happened_at, version=version,
    )  # fmt: skip


def _draft(
    case: Case, verb: str, *, actor: Actor, kind: str, state: str, receiver: Agency, happened_at: datetime | None,
    version: int | None, **columns: Any,
) -> Referral:  # fmt: skip
    if receiver.pk == actor.organ_id:
        raise Invalid.field("receiver", "self", _("Choose another organ than your own."))
    with transaction.atomic():
        case, at = take_case(case, verb, actor=actor, version=version), settle_time(happened_at)
        referral = Referral.objects.create(
            case=case, kind=kind, state=state, state_since=at, sender_id=actor.own_organ, receiver=receiver,
            holder_id=actor.own_organ, drafter_id=actor.id, **columns,
        )  # fmt: skip
        if _may_hold(referral):
            _hold_conclusion(referral)
        record_event(
            stream_of(case.pk), actor=actor, verb="draft", object_kind="referral", object_id=referral.pk,
            to_state=state, happened_at=at, data={"kind": kind, "receiver": receiver.code}, reach="own",
        )  # fmt: skip
        return referral


def edit_referral(
    referral: Referral, *, actor: Actor, receiver: str = "", offence: str = "", team: Iterable[str] | None = None,
    **given: Any,
) -> Moved[Referral]:  # fmt: skip
    changes: dict[str, Any] = {}
    if receiver:
        changes["receiver"] = _police(receiver) if referral.is_transfer else organ_by_code(receiver, field="receiver")
        given["receiver"] = receiver
    if offence:
        changes["offence"] = _offence(offence)
        given["offence"] = offence
    with transaction.atomic():
        moved = move_referral(referral, "edit", actor=actor, changes=changes, **given)
        if team is not None:
            moved.thing.team.set(_team(team, actor))
        return moved


# Walking -------------------------------------------------------------------------------------------------------------
def move_referral(
    referral: Referral, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> Moved[Referral]:
    """One line of the kind's table, with its clocks, step tasks, holder and holds."""
    workflow = workflow_of(referral)
    line = workflow.moves[verb]
    other = referral.receiver_id if actor.organ_id == referral.sender_id else referral.sender_id
    # Before hand-over the other side must not learn that anything exists; afterwards it hears of every step.
    handed = referral.delivered_at is not None or verb in ("deliver", "send")
    with transaction.atomic():
        lock_case(referral.case_id)
        moved = move_thing(
            referral, verb, workflow=workflow, actor=actor, streams=[stream_of(referral.case_id)],
            object_kind="referral", counterpart_id=other if handed else None,
            hears=[other] if handed and line.reach != "own" else [],
            changes={**_holder(referral, line.to), **(changes or {})}, **given,
        )  # fmt: skip
        _run_clocks(moved)
        _run_steps(moved)
        if line.to in workflow.final:
            lift_holds(referral.pk)
        return moved


def approve_transfer(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """The responsible person approves: the letter gets its number and the package is frozen."""
    with transaction.atomic():
        workflow_of(referral).check("approve", actor, referral)
        at = settle_time(given.get("happened_at"), not_before=referral.state_since)
        number = referral.number or take_number(referral.sender, "transfer", at=at)
        moved = move_referral(
            referral, "approve", actor=actor, changes={"number": number, "approver_id": actor.id}, **given
        )
        freeze(moved.thing, at=moved.at)
        return moved


def deliver_transfer(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """Handed over; a copy of the letter goes to the procuratorate; fines for the act wait from here on."""
    with transaction.atomic():
        at = settle_time(given.get("happened_at"), not_before=referral.state_since)
        copy_to = Agency.objects.filter(code="SPP").exclude(pk=referral.receiver_id).first()
        moved = move_referral(
            referral, "deliver", actor=actor, changes={"delivered_at": at, "copy_to": copy_to}, **given
        )
        _hold_conclusion(referral)
        place_hold(
            referral.case_id, Hold.Verb.PUNISH, because=Hold.Because.POLICE_DECIDE,
            organ_id=referral.receiver_id, source=referral.pk,
        )  # fmt: skip
        return moved


def accept_transfer(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """The receipt is signed (acceptance, which is not filing). Two at once: one wins, the other is told who did."""
    at = settle_time(given.get("happened_at"), not_before=referral.state_since)
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
        at = settle_time(given.get("happened_at"), not_before=referral.state_since)
        # Without words: the page derives them, in its reader's language.
        grant(referral.case, referral.receiver, profile="full", reason="", at=at)
        proceeding = open_criminal_proceeding(
            referral.case,
            referral.receiver,
            actor=actor,
            external_number=external_number,
            offence=referral.offence,
            at=at,
        )
        return move_referral(
            referral, "file", actor=actor, external_number=external_number, changes={"proceeding": proceeding}, **given
        )


def send_request(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """Sends an assistance request or a lead: numbered once, frozen at every sending."""
    with transaction.atomic():
        workflow_of(referral).check("send", actor, referral)
        at = settle_time(given.get("happened_at"), not_before=referral.state_since)
        number = referral.number or take_number(referral.sender, referral.kind, at=at)
        changes = {"number": number, "delivered_at": referral.delivered_at or at}
        moved = move_referral(referral, "send", actor=actor, changes=changes, **given)
        _hold_conclusion(referral)
        freeze(moved.thing, at=moved.at)
        return moved


def accept_request(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
    """Accepts assistance to be given, or takes a lead over: it then lies in the receiver's own triage."""
    with transaction.atomic():
        moved = move_referral(referral, "accept", actor=actor, changes={"handler_id": actor.id}, **given)
        if referral.kind == K.LEAD_TRANSFER:
            _receive_as_lead(moved.thing, actor, moved.at)
        return moved


def _receive_as_lead(referral: Referral, actor: Actor, at: datetime) -> None:
    package = referral.packages.last()
    content = package.content if package else snapshot(referral.case)
    told = {
        "source_system": referral.sender.code,
        "report_type": "lead_transfer",
        "source_ref": referral.number,
        "title": referral.title,
        "narrative": letter_of(referral)["report"],
        "severity": referral.case.severity,
        "handling_code": referral.case.handling,
        **{
            part: [_known(row) for row in content.get(part, [])] for part in ("parties", "items", "shipments")
        },
    }  # fmt: skip
    receive_lead(told, actor=actor, organ=referral.receiver, happened_at=at)


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """The contract's shape has no nulls and no control basis: that is the sender's own finding."""
    return {name: value for name, value in row.items() if value not in (None, "") and name != "basis"}


# What follows a move -------------------------------------------------------------------------------------------------
def _holder(referral: Referral, to: str | None) -> dict[str, Any]:
    if to is None:
        return {}
    side = STEP_AT[to][1] if to in STEP_AT else "sender"
    return {"holder_id": referral.receiver_id if side == RECEIVER_SIDE else referral.sender_id}


def _run_clocks(moved: Moved[Referral]) -> None:
    referral, line = moved.thing, moved.line
    rules = {"REVIEW": referral.review_rule}
    stops = None if "*" in line.stops else [rules.get(code, code) for code in line.stops]
    stop_clocks(stops, referral, case_id=referral.case_id, at=moved.at)
    start_clocks(
        [rules.get(code, code) for code in line.starts], referral, case_id=referral.case_id,
        holder_id=referral.holder_id, at=moved.at, private=True, partner_id=_other_side(referral),
    )  # fmt: skip


def _other_side(referral: Referral) -> int | None:
    """Who watches the holder's clock; nobody before the hand-over."""
    if referral.delivered_at is None:
        return None
    return referral.sender_id if referral.holder_id == referral.receiver_id else referral.receiver_id


def _run_steps(moved: Moved[Referral]) -> None:
    referral, to = moved.thing, moved.line.to
    if to is None and moved.event.verb != "hand_goods":
        return
    end_steps(referral.pk, at=moved.at)
    if to in STEP_AT:
        step, side = STEP_AT[to]
        doer = referral.receiver if side == RECEIVER_SIDE else referral.sender
        asker = referral.sender if side == RECEIVER_SIDE else referral.receiver
        # A step of the sender before hand-over is nobody else's business.
        asked_by = asker if referral.delivered_at else doer
        create_step(
            referral.case, step, source=referral.pk, organ=doer, asked_by=asked_by, due_at=referral.due_at, at=moved.at,
            holds_case=_may_hold(referral),
        )  # fmt: skip


def _may_hold(referral: Referral) -> bool:
    """Another organ's draft holds nothing yet: who asks why he cannot conclude or close would learn of it."""
    return referral.delivered_at is not None or referral.sender_id == referral.case.lead_id


def _hold_conclusion(referral: Referral) -> None:
    place_hold(
        referral.case_id, Hold.Verb.CONCLUDE, because=Hold.Because.REFERRAL,
        organ_id=referral.sender_id, source=referral.pk,
    )  # fmt: skip


def _police(code: str) -> Agency:
    """Public security, an anti-smuggling bureau or state security: they alone file criminal cases (CPL arts. 4, 19)."""
    organ = organ_by_code(code, field="receiver")
    if not organ.investigates_crime and organ.line != Agency.Line.SECURITY:
        raise Invalid.field("receiver", "not_police", _("A suspected crime goes to an organ with police powers."))
    return organ


def _offence(code: str) -> Offence:
    offence = Offence.objects.filter(code=code).first()
    if offence is None:
        raise Invalid.field("offence", "unknown", _("No such offence."))
    return offence


def _team(ids: Iterable[str], actor: Actor) -> list[User]:
    return list(User.objects.filter(pk__in=list(ids), organ=actor.organ_id, is_active=True))


def _plain(verb: str) -> Callable[..., Moved[Referral]]:
    def act(referral: Referral, *, actor: Actor, **given: Any) -> Moved[Referral]:
        return move_referral(referral, verb, actor=actor, **given)

    return act


CASE_ACTIONS = {
    "draft_transfer": draft_transfer,
    "request_assistance": request_assistance,
    "transfer_lead": transfer_lead,
}
ACTIONS_BY_KIND: dict[str, dict[str, Callable[..., Moved[Referral]]]] = {
    K.CRIMINAL_TRANSFER: {
        "edit": edit_referral,
        "approve": approve_transfer,
        "deliver": deliver_transfer,
        "accept": accept_transfer,
        "supply": supply_papers,
        "file": file_transfer,
        **{
            v: _plain(v) for v in ("submit", "refuse", "revoke", "ask_supplement", "not_file", "hand_goods", "withdraw")
        },
    },
    K.ASSISTANCE: {
        "edit": edit_referral,
        "send": send_request,
        "accept": accept_request,
        **{v: _plain(v) for v in ("return", "decline", "answer", "withdraw")},
    },
    K.LEAD_TRANSFER: {
        "edit": edit_referral,
        "send": send_request,
        "accept": accept_request,
        **{v: _plain(v) for v in ("return", "decline", "withdraw")},
    },
}
