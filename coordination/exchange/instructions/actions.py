"""Actions on letters between a superior agency and its subordinate."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import (
    TIME_OF_ACT,
    CommonAnswers,
    TransitionResult,
    apply_transition,
    resolve_time,
    resolve_time_of,
)
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency, is_in_command_of
from cases.casefile.actions import lock_case_for, locked_case, stream_of
from cases.casefile.models import Case
from cases.papers.actions import assign_draft_numbers
from cases.papers.models import IncomingPaper
from cases.proceedings.models import Proceeding
from cases.sharing.actions import agency_by_code, grant_share
from cases.sharing.models import Share
from coordination.exchange.letters.acting import change_due, hand_over, person_of, record_begun, refuse_past

from .models import Instruction
from .starts import STARTS
from .workflow import BY_KIND, running, workflow_of

S, K = Instruction.State, Instruction.Kind
# 机关代字 of each kind, which precedes the year in the number.
MARKS = {K.ASSIGN_DOWN: "交办", K.INSTRUCT: "批示", K.DESIGNATE: "指管", K.TAKE_UP: "提级", K.ASK_UP: "报请"}
SENDING = ("send", "issue")


# Actions of a case ---------------------------------------------------------------------------------------------------
def draft_to(case: Case, kind: str, *, actor: Actor, receiver: str, **details: Any) -> Instruction:
    """Drafts a letter to a subordinate agency of the writer, or a request (报请) to a superior one of either line."""
    STARTS.check(kind, actor, case)
    to = _in_line(kind, Agency.objects.get(pk=actor.own_agency), receiver)
    return _draft(case, kind, actor=actor, receiver=to, **details)


def _in_line(kind: str, sender: Agency, code: str) -> Agency:
    """The agency with this code. Raises Invalid unless it is superior to the sender, or for other kinds below."""
    to = agency_by_code(code, field="receiver")
    if kind == K.ASK_UP and not is_in_command_of(to, sender):
        raise Invalid.field("receiver", "above", _("This agency is not superior to yours."))
    if kind != K.ASK_UP and not is_in_command_of(sender, to):
        raise Invalid.field("receiver", "below", _("This agency is not subordinate to yours."))
    return to


def take_up(case: Case, *, actor: Actor, origin: str, **details: Any) -> Instruction:
    """提级: the superior agency takes up a matter of a subordinate agency."""
    STARTS.check("take_up", actor, case)
    found = Proceeding.objects.filter(pk=origin, case=case).select_related("agency").first()
    if found is None:
        raise Invalid.field("origin", "choice", _("No such proceeding on this case."))
    if not is_in_command_of(Agency.objects.get(pk=actor.own_agency), found.agency):
        raise Invalid.field("origin", "below", _("This agency is not subordinate to yours."))
    return _draft(case, K.TAKE_UP, actor=actor, receiver=found.agency, origin=origin, **details)


def _draft(
    case: Case,
    kind: str,
    *,
    actor: Actor,
    receiver: Agency,
    due_at: datetime | None = None,
    origin: str = "",
    parent: str = "",
    **given: Any,
) -> Instruction:
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    refuse_past(due_at, at)
    with atomic():
        case = lock_case_for(case, kind, actor=actor, version=common.version)
        instruction = Instruction.objects.create(
            case=case,
            kind=kind,
            sender_id=actor.own_agency,
            receiver=receiver,
            due_at=due_at,
            drafter=person_of(actor),
            state_since=at,
            origin=_origin(case, origin),
            parent=_request(case, parent, actor),
            **given,
        )
        record_begun(
            instruction,
            "draft",
            actor=actor,
            at=at,
            audience=Audience("own"),
            involves=[actor.id],
            data={"kind": kind, "receiver": receiver.code, "paper": common.paper},
        )
        return instruction


def record_instruction(
    case: Case,
    *,
    actor: Actor,
    paper: str,
    kind: str,
    due_at: datetime | None = None,
    **given: Any,
) -> Instruction:
    """Records a paper letter of a superior agency that does not use the system, for the agency that received it."""
    common = CommonAnswers.pop_from(given)
    with atomic():
        case = lock_case_for(case, "record_instruction", actor=actor, version=common.version)
        got = _their_paper(case, paper, actor)
        at = resolve_time(common.happened_at, paper=got.number)
        if kind == K.INSTRUCT and due_at is None:
            raise Invalid.field("due_at", "required", _("An instruction needs a deadline: enter the one in the paper."))
        instruction = Instruction.objects.create(
            case=case,
            kind=kind,
            sender=got.agency,
            receiver_id=actor.own_agency,
            number=got.number,
            due_at=due_at,
            state=S.RECEIVED,
            state_since=at,
            sent_at=at,
            received_at=at,
            handler=person_of(actor),
            origin=_own_proceeding(case, kind, actor),
            **given,
        )
        record_begun(
            instruction,
            "record",
            actor=actor,
            at=at,
            audience=Audience("own"),
            on_behalf_of=got.agency_id,
            data={"kind": kind, "incoming": str(got.pk), "paper": got.number},
        )
        return instruction


def _their_paper(case: Case, pk: str, actor: Actor) -> IncomingPaper:
    papers = IncomingPaper.objects.standing().filter(case=case, keeper_id=actor.agency_id, agency__signs_in=False)
    found = papers.select_related("agency").filter(pk=pk).first()
    if found is None or not is_in_command_of(found.agency, Agency.objects.get(pk=actor.own_agency)):
        raise Invalid.field("paper", "choice", _("This is not a paper of a superior agency on this case."))
    taken = Instruction.objects.filter(sender=found.agency, number=found.number)
    if taken.filter(receiver_id=actor.agency_id).exists():
        raise Invalid.field("paper", "twice", _("This letter is already recorded."))
    return found


def _own_proceeding(case: Case, kind: str, actor: Actor) -> Proceeding | None:
    """The newest proceeding of the actor's agency, which a superior takes up."""
    if kind != K.TAKE_UP:
        return None
    own: Proceeding | None = (
        Proceeding.objects.filter(case=case, agency=actor.agency_id).order_by("-opened_at", "pk").first()
    )
    if own is None:
        raise Invalid.field(
            "kind",
            "choice",
            _("Your agency has no proceeding on this case that could be taken over by the superior agency."),
        )
    return own


def _origin(case: Case, pk: str) -> Proceeding | None:
    found: Proceeding | None = Proceeding.objects.filter(pk=pk, case=case).first() if pk else None
    return found


def _request(case: Case, pk: str, actor: Actor) -> Instruction | None:
    asked = Instruction.objects.filter(case=case, kind=K.ASK_UP, receiver_id=actor.agency_id, sent_at__isnull=False)
    return asked.filter(pk=pk).first() if pk else None


# Actions of a letter -------------------------------------------------------------------------------------------------
def transition_instruction(
    instruction: Instruction, verb: str, *, actor: Actor, **given: Any
) -> TransitionResult[Instruction]:
    """Applies one transition. The other side is notified of every step after sending; a decision on competence notifies
    all agencies concerned."""
    line = workflow_of(instruction).transitions[verb]
    other = instruction.receiver_id if actor.agency_id == instruction.sender_id else instruction.sender_id
    known = instruction.sent_at is not None or verb in SENDING
    notified = {other} if known and line.visibility != "own" else set()
    if line.visibility == "status":
        notified |= {instruction.case.lead_id, instruction.origin.agency_id if instruction.origin else other}
    audience = Audience(counterpart_id=other if known else None, notify=sorted(notified - {actor.agency_id}))
    with locked_case(instruction.case_id):
        return apply_transition(instruction, verb, actor=actor, audience=audience, **given)


def edit_instruction(
    instruction: Instruction, *, actor: Actor, receiver: str = "", verb: str = "edit", **given: Any
) -> TransitionResult[Instruction]:
    """Edits the draft. An empty `due_at` or `shares` is cleared, because the form shows the current values."""
    changes: dict[str, Any] = {"due_at": given.pop("due_at", None)}
    refuse_past(changes["due_at"], instruction.created_at)
    if any(ask.name == "shares" for ask in workflow_of(instruction).transitions["edit"].fields):
        changes["shares"] = given.pop("shares", "")
    if verb == "change":
        changes["reason"] = ""
    if receiver:
        changes["receiver"] = _in_line(instruction.kind, instruction.sender, receiver)
        given["receiver"] = receiver
    return transition_instruction(instruction, verb, actor=actor, changes=changes, **given)


def change_returned(instruction: Instruction, *, actor: Actor, **given: Any) -> TransitionResult[Instruction]:
    """Changes a request that the superior agency returned. Raises Invalid if it stays as it was."""
    with locked_case(instruction.case_id):
        before = Instruction.objects.get(pk=instruction.pk)
        applied = edit_instruction(instruction, actor=actor, verb="change", **given)
        if all(getattr(before, name) == getattr(applied.thing, name) for name in ("title", "text", "due_at", "shares")):
            raise Invalid.field("", "same", _("Nothing is changed."))
        return applied


def send_instruction(
    instruction: Instruction, verb: str, *, actor: Actor, **given: Any
) -> TransitionResult[Instruction]:
    """Assigns the agency's next number in the same transaction, and shares the case as the letter says."""
    with locked_case(instruction.case_id):
        instruction.refresh_from_db()
        workflow_of(instruction).check(verb, actor, instruction)
        at = resolve_time_of(given, not_before=instruction.state_since)
        kind = K(instruction.kind)
        number = instruction.number or take_number(instruction.sender, kind, at=at, mark=MARKS[kind])
        decided_here = person_of(actor) if workflow_of(instruction).proxy_of(verb, actor, instruction) is None else None
        applied = transition_instruction(
            instruction,
            verb,
            actor=actor,
            event_data={"number": number},
            changes={"number": number, "sent_at": at, "approver": decided_here},
            **given,
        )
        assign_draft_numbers("instruction", instruction.pk, number)
        _open_case_with(applied, actor)
        return applied


def _open_case_with(applied: TransitionResult[Instruction], actor: Actor) -> None:
    """Shares the case: with a designated agency by its competence, with any other by the lead agency's own share."""
    letter = applied.thing
    profile = Share.Profile.FULL if letter.kind == K.DESIGNATE else letter.shares
    if not profile or letter.receiver_id == letter.case.lead_id:
        return
    reason = f"{letter.get_kind_display()} {letter.number}"
    grant_share(letter.case, letter.receiver, profile=profile, reason=reason, at=applied.at)
    record_event(
        stream_of(letter.case_id),
        actor=actor,
        action=Action(
            "share", "case", letter.case_id, data={"agency": letter.receiver.code, "profile": profile}, reason=reason
        ),
        happened_at=applied.at,
        audience=Audience(counterpart_id=letter.receiver_id, notify=[letter.receiver_id]),
    )


def receive_instruction(instruction: Instruction, *, actor: Actor, **given: Any) -> TransitionResult[Instruction]:
    """Receives the letter. Of two concurrent attempts, one succeeds and the other names the first."""
    changes: dict[str, Any] = {"received_at": TIME_OF_ACT}
    if actor.works_for(instruction.receiver_id):
        changes["handler"] = person_of(actor)
    return transition_instruction(instruction, "receive", actor=actor, changes=changes, **given)


def take_over(
    instruction: Instruction, verb: str, *, actor: Actor, proceeding: str = "", **given: Any
) -> TransitionResult[Instruction]:
    """Marks the matter as taken over by the agency that opened its own proceeding. The other agency ends its proceeding
    itself."""
    with locked_case(instruction.case_id):
        agency = instruction.receiver_id if verb == "take" else instruction.sender_id
        own = running(instruction, agency)
        chosen = own.filter(pk=proceeding).first() if proceeding else own.last()
        if proceeding and chosen is None:
            raise Invalid.field("proceeding", "choice", _("Choose an open proceeding of your agency."))
        return transition_instruction(
            instruction,
            verb,
            actor=actor,
            proceeding=str(chosen.pk) if chosen else "",
            changes={"proceeding": chosen},
            **given,
        )


ACTIONS = by_verb(
    transition_instruction,
    *BY_KIND.values(),
    edit=edit_instruction,
    change=change_returned,
    receive=receive_instruction,
    hand_over=partial(hand_over, act=transition_instruction, column="handler", side="receiver"),
    set_due=partial(change_due, act=transition_instruction),
    **{verb: partial(send_instruction, verb=verb) for verb in SENDING},
    **{verb: partial(take_over, verb=verb) for verb in ("take", "take_over")},
)
CASE_ACTIONS: dict[str, Callable[..., Any]] = {
    **{kind.value: partial(draft_to, kind=kind.value) for kind in (K.ASSIGN_DOWN, K.INSTRUCT, K.DESIGNATE, K.ASK_UP)},
    "take_up": take_up,
    "record_instruction": record_instruction,
}
