"""Writing, sending and answering letters between a superior and an organ below it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event, tell_person
from agencies.journal.moving import Moved, fix_time, move_thing, settle_time
from agencies.kernel.actor import Actor
from agencies.kernel.moves import Move
from agencies.kernel.refusals import Invalid
from agencies.organs.actions import take_number
from agencies.organs.models import Agency, commands
from agencies.people.models import User
from cases.casefile.actions import lock_case, stream_of, take_case
from cases.casefile.models import Case
from cases.casefile.workflow import CASE
from cases.papers.actions import number_drafts
from cases.papers.models import IncomingPaper
from cases.proceedings.models import Proceeding
from cases.sharing.actions import grant, organ_by_code
from cases.sharing.models import Share

from .models import Direction
from .workflow import running, workflow_of

S, K = Direction.State, Direction.Kind
# 机关代字 of each kind, before the year in its number.
MARKS = {K.ASSIGN_DOWN: "交办", K.INSTRUCT: "批示", K.DESIGNATE: "指管", K.TAKE_UP: "提级", K.ASK_UP: "报请"}
SENDING = ("send", "issue")


# On a case -----------------------------------------------------------------------------------------------------------
def draft_down(kind: str) -> Callable[..., Direction]:
    """The act of a case that begins a letter to an organ below: it must stand under the writer's own."""

    def act(case: Case, *, actor: Actor, receiver: str, **told: Any) -> Direction:
        CASE.check(kind, actor, case)
        to, own = organ_by_code(receiver, field="receiver"), Agency.objects.get(pk=actor.own_organ)
        if not commands(own, to):
            raise Invalid.field("receiver", "below", _("This organ does not stand below yours."))
        return _draft(case, kind, actor=actor, receiver=to, **told)

    return act


def take_up(case: Case, *, actor: Actor, origin: str, **told: Any) -> Direction:
    """提级: the superior takes to itself what an organ below conducts."""
    CASE.check("take_up", actor, case)
    found = Proceeding.objects.filter(pk=origin, case=case).select_related("organ").first()
    if found is None:
        raise Invalid.field("origin", "choice", _("No such proceeding on this case."))
    if not commands(Agency.objects.get(pk=actor.own_organ), found.organ):
        raise Invalid.field("origin", "below", _("This organ does not stand below yours."))
    return _draft(case, K.TAKE_UP, actor=actor, receiver=found.organ, origin=origin, **told)


def ask_up(case: Case, *, actor: Actor, receiver: str, **told: Any) -> Direction:
    """报请: asks an organ over one's own, of either line."""
    CASE.check("ask_up", actor, case)
    to = organ_by_code(receiver, field="receiver")
    if not commands(to, Agency.objects.get(pk=actor.own_organ)):
        raise Invalid.field("receiver", "above", _("This organ does not stand above yours."))
    return _draft(case, K.ASK_UP, actor=actor, receiver=to, **told)


def _draft(
    case: Case, kind: str, *, actor: Actor, receiver: Agency, title: str, text: str, due_at: datetime | None = None,
    shares: str = "", origin: str = "", parent: str = "", happened_at: datetime | None = None, paper: str = "",
    version: int | None = None,
) -> Direction:  # fmt: skip
    at = settle_time(happened_at, paper=paper)
    _refuse_past(due_at, at)
    with transaction.atomic():
        case = take_case(case, kind, actor=actor, version=version)
        direction = Direction.objects.create(
            case=case, kind=kind, sender_id=actor.own_organ, receiver=receiver, title=title, text=text, due_at=due_at,
            shares=shares, drafter=_person(actor), state_since=at, origin=_origin(case, origin),
            parent=_request(case, parent, actor),
        )  # fmt: skip
        record_event(
            stream_of(case.pk), actor=actor, verb="draft", object_kind="direction", object_id=direction.pk,
            to_state=direction.state, happened_at=at, reach="own",
            data={"kind": kind, "receiver": receiver.code, "paper": paper}, involves=[actor.id],
        )  # fmt: skip
        return direction


def record_direction(
    case: Case, *, actor: Actor, paper: str, kind: str, title: str, text: str, due_at: datetime | None = None,
    happened_at: datetime | None = None, version: int | None = None,
) -> Direction:  # fmt: skip
    """A letter of a superior that does not sign in, kept from its paper by the organ that got it, which has it."""
    with transaction.atomic():
        case = take_case(case, "record_direction", actor=actor, version=version)
        got = _their_paper(case, paper, actor)
        at = settle_time(happened_at, paper=got.number)
        if kind == K.INSTRUCT and due_at is None:
            raise Invalid.field("due_at", "required", _("An instruction has a deadline: enter the one in the paper."))
        direction = Direction.objects.create(
            case=case, kind=kind, sender=got.organ, receiver_id=actor.own_organ, number=got.number, title=title,
            text=text, due_at=due_at, state=S.RECEIVED, state_since=at, sent_at=at, received_at=at,
            handler=_person(actor), origin=_own_proceeding(case, kind, actor),
        )  # fmt: skip
        record_event(
            stream_of(case.pk), actor=actor, verb="record", object_kind="direction", object_id=direction.pk,
            to_state=direction.state, happened_at=at, reach="own", on_behalf_of=got.organ_id,
            data={"kind": kind, "incoming": str(got.pk), "paper": got.number},
        )  # fmt: skip
        return direction


def _their_paper(case: Case, pk: str, actor: Actor) -> IncomingPaper:
    papers = IncomingPaper.objects.standing().filter(case=case, keeper_id=actor.organ_id, organ__signs_in=False)
    found = papers.select_related("organ").filter(pk=pk).first()
    if found is None or not commands(found.organ, Agency.objects.get(pk=actor.own_organ)):
        raise Invalid.field("paper", "choice", _("This is no paper of a superior organ on this case."))
    taken = Direction.objects.filter(sender=found.organ, number=found.number)
    if taken.filter(receiver_id=actor.organ_id).exists():
        raise Invalid.field("paper", "twice", _("This letter is recorded already."))
    return found


def _own_proceeding(case: Case, kind: str, actor: Actor) -> Proceeding | None:
    """What a superior takes up is the reader's own newest proceeding."""
    if kind != K.TAKE_UP:
        return None
    own: Proceeding | None = (
        Proceeding.objects.filter(case=case, organ_id=actor.organ_id).order_by("-opened_at", "pk").first()
    )
    if own is None:
        raise Invalid.field("kind", "choice", _("Your organ conducts nothing on this case that could be taken up."))
    return own


def _refuse_past(due_at: datetime | None, at: datetime) -> None:
    if due_at is not None and due_at < at:
        raise Invalid.field("due_at", "past", _("The deadline is already over."))


def _origin(case: Case, pk: str) -> Proceeding | None:
    found: Proceeding | None = Proceeding.objects.filter(pk=pk, case=case).first() if pk else None
    return found


def _request(case: Case, pk: str, actor: Actor) -> Direction | None:
    asked = Direction.objects.filter(case=case, kind=K.ASK_UP, receiver_id=actor.organ_id, sent_at__isnull=False)
    return asked.filter(pk=pk).first() if pk else None


def _person(actor: Actor) -> User | None:
    return User.objects.filter(pk=actor.id).first() if actor.kind == "user" else None


# On a letter ---------------------------------------------------------------------------------------------------------
def move_direction(
    direction: Direction, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> Moved[Direction]:
    """One line of its table. The other side hears of every step once the letter has left; of who is competent all do
    whom it concerns."""
    workflow = workflow_of(direction)
    line = workflow.moves[verb]
    sends = verb in SENDING
    changes = (changes or {}) | kept_reason(line, given)
    with transaction.atomic():
        lock_case(direction.case_id)
        other = direction.receiver_id if actor.organ_id == direction.sender_id else direction.sender_id
        known = direction.sent_at is not None or sends
        heard = {other} if known and line.reach != "own" else set()
        if line.reach == "status":
            heard |= {direction.case.lead_id, direction.origin.organ_id if direction.origin else other}
        return move_thing(
            direction, verb, workflow=workflow, actor=actor, streams=[stream_of(direction.case_id)],
            object_kind="direction", counterpart_id=other if known else None, hears=sorted(heard - {actor.organ_id}),
            changes=changes, **given,
        )  # fmt: skip


def kept_reason(line: Move, given: dict[str, Any]) -> dict[str, Any]:
    """A reason goes beside the event; where the line keeps it, it is shown on the letter's own page as well."""
    kept = any(ask.name == "reason" and ask.stores for ask in line.asks)
    return {"reason": given.get("reason", "")} if kept else {}


def edit_direction(direction: Direction, *, actor: Actor, receiver: str = "", **given: Any) -> Moved[Direction]:
    """`due_at` and `shares` left empty are taken off: the form shows what stands."""
    changes: dict[str, Any] = {"due_at": given.pop("due_at", None)}
    _refuse_past(changes["due_at"], direction.created_at)
    if any(ask.name == "shares" for ask in workflow_of(direction).moves["edit"].asks):
        changes["shares"] = given.pop("shares", "")
    if receiver:
        to, own = organ_by_code(receiver, field="receiver"), direction.sender
        up = direction.kind == K.ASK_UP
        if not (commands(to, own) if up else commands(own, to)):
            raise Invalid.field("receiver", "tree", _("Letters go up or down one line of organs."))
        changes["receiver"] = to
        given["receiver"] = receiver
    return move_direction(direction, "edit", actor=actor, changes=changes, **given)


def send_direction(direction: Direction, verb: str, *, actor: Actor, **given: Any) -> Moved[Direction]:
    """Gives it the organ's next number and opens as much of the case as it says; the number commits with its use."""
    with transaction.atomic():
        lock_case(direction.case_id)
        direction.refresh_from_db()
        workflow_of(direction).check(verb, actor, direction)
        at = fix_time(given, not_before=direction.state_since)
        kind = K(direction.kind)
        number = direction.number or take_number(direction.sender, kind, at=at, mark=MARKS[kind])
        decided_here = _person(actor) if workflow_of(direction).behalf_of(verb, actor, direction) is None else None
        moved = move_direction(
            direction, verb, actor=actor, told={"number": number},
            changes={"number": number, "sent_at": at, "approver": decided_here}, **given,
        )  # fmt: skip
        number_drafts("direction", direction.pk, number)
        _open_case_with(moved, actor)
        return moved


def _open_case_with(moved: Moved[Direction], actor: Actor) -> None:
    """A designated organ is competent, so it sees the case by that decision; any other by the lead organ's own word."""
    letter = moved.thing
    profile = Share.Profile.FULL if letter.kind == K.DESIGNATE else letter.shares
    if not profile or letter.receiver_id == letter.case.lead_id:
        return
    reason = f"{letter.get_kind_display()} {letter.number}"
    grant(letter.case, letter.receiver, profile=profile, reason=reason, at=moved.at)
    record_event(
        stream_of(letter.case_id), actor=actor, verb="share", object_kind="case", object_id=letter.case_id,
        happened_at=moved.at, reason=reason, counterpart_id=letter.receiver_id, hears=[letter.receiver_id],
        data={"organ": letter.receiver.code, "profile": profile},
    )  # fmt: skip


def receive_direction(direction: Direction, *, actor: Actor, **given: Any) -> Moved[Direction]:
    """Two at once: one signs, the other is told who did."""
    at = fix_time(given, not_before=direction.state_since)
    changes: dict[str, Any] = {"received_at": at}
    if actor.works_for(direction.receiver_id):
        changes["handler"] = _person(actor)
    return move_direction(direction, "receive", actor=actor, changes=changes, **given)


def hand_over_direction(direction: Direction, *, actor: Actor, to: str, **given: Any) -> Moved[Direction]:
    colleague = User.objects.filter(pk=to, organ=direction.receiver_id, is_active=True).first()
    if colleague is None:
        raise Invalid.field("to", "choice", _("No such colleague in this organ."))
    with transaction.atomic():
        moved = move_direction(direction, "hand_over", actor=actor, to=to, changes={"handler": colleague}, **given)
        tell_person(moved.event, colleague.pk, organ_id=colleague.organ_id, because="assigned")
        return moved


def set_due(direction: Direction, *, actor: Actor, due_at: datetime, **given: Any) -> Moved[Direction]:
    _refuse_past(due_at, fix_time(given, not_before=direction.state_since))
    return move_direction(direction, "set_due", actor=actor, due_at=due_at, changes={"due_at": due_at}, **given)


def take_over(
    direction: Direction, verb: str, *, actor: Actor, proceeding: str = "", **given: Any
) -> Moved[Direction]:  # fmt: skip
    """The matter is with whoever opened a proceeding of its own; what another conducted it ends by its own verbs."""
    with transaction.atomic():
        lock_case(direction.case_id)
        organ = direction.receiver_id if verb == "take" else direction.sender_id
        own = running(direction, organ)
        chosen = own.filter(pk=proceeding).first() if proceeding else own.last()
        if proceeding and chosen is None:
            raise Invalid.field("proceeding", "choice", _("Choose a running proceeding of your own."))
        return move_direction(
            direction, verb, actor=actor, proceeding=str(chosen.pk) if chosen else "",
            changes={"proceeding": chosen}, **given,
        )  # fmt: skip


def _by(verb: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def bound(direction: Direction, *, actor: Actor, **given: Any) -> Any:
        return act(direction, verb, actor=actor, **given)

    return bound


PLAIN = (
    *("submit", "send_back", "withdraw", "object", "insist", "report", "return_report", "accept_report", "recall"),
    *("hand_up", "return_files", "return", "agree", "disagree", "reply"),
)
ACTIONS: dict[str, Callable[..., Any]] = {
    **{verb: _by(verb, move_direction) for verb in PLAIN},
    **{verb: _by(verb, send_direction) for verb in SENDING},
    **{verb: _by(verb, take_over) for verb in ("take", "take_over")},
    "edit": edit_direction,
    "receive": receive_direction,
    "hand_over": hand_over_direction,
    "set_due": set_due,
}
CASE_ACTIONS: dict[str, Callable[..., Any]] = {
    **{kind.value: draft_down(kind.value) for kind in (K.ASSIGN_DOWN, K.INSTRUCT, K.DESIGNATE)},
    "take_up": take_up,
    "ask_up": ask_up,
    "record_direction": record_direction,
}
