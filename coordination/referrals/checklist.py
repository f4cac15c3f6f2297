"""What the reader's next steps still need, before he presses anything; and who must act where the step is another's."""

from dataclasses import dataclass

from agencies.kernel.actor import Actor
from agencies.kernel.moves import Text
from agencies.kernel.refusals import Missing
from agencies.people.models import OfficeHolder, User
from cases.controls.documents import document_name

from .models import Referral, Sight
from .workflow import organ_at, step_of, workflow_of

S = Referral.State


@dataclass(frozen=True)
class Checklist:
    """One way on: how many of its conditions are met, what is missing, what it asks for, which paper belongs to it."""

    verb: Text
    met: int
    conditions: int
    gaps: list[Missing]
    asked: list[Text]
    paper: str


@dataclass(frozen=True)
class Contact:
    """Whom to ring up about the present step; `acting` where he acts for the responsible person."""

    person: User
    acting: bool = False


def checklists(referral: Referral, actor: Actor) -> list[Checklist]:
    """Of every way on that is open to this reader, in the order of the table."""
    workflow = workflow_of(referral)
    ways_on = [verb for verb in workflow.open_to(actor, referral) if workflow.words[verb].tone == "primary"]
    return [_checklist(referral, actor, verb) for verb in ways_on]


def _checklist(referral: Referral, actor: Actor, verb: str) -> Checklist:
    workflow = workflow_of(referral)
    line, gaps = workflow.moves[verb], workflow.unmet(verb, actor, referral)
    return Checklist(
        verb=workflow.words[verb].button,
        met=max(len(line.needs) - len(gaps), 0),
        conditions=len(line.needs),
        gaps=gaps,
        asked=[ask.label for ask in workflow.asks_of(verb, actor, referral) if ask.required],
        paper=document_name(line.paper) if line.paper else "",
    )


def whom_to_ring(referral: Referral, level: Sight) -> list[Contact]:
    """Who has the present step in hand: the responsible person where he decides, else who works on it in that organ.

    The envelope names nobody, and what the sender does before hand-over is its own.
    """
    if level < Sight.PACKAGE:
        return []
    if referral.state == S.HEAD_DECISION:
        return _responsible(referral) if level == Sight.FULL else []
    step = step_of(referral, referral.state)
    organ = organ_at(referral, step[1]) if step else referral.holder
    return [Contact(one) for one in (referral.handler, referral.drafter) if one and one.organ_id == organ.pk][:1]


def _responsible(referral: Referral) -> list[Contact]:
    """Who may decide on this very report: nobody of the team does."""
    held = OfficeHolder.objects.current().filter(organ=referral.sender_id, user__is_active=True)
    outside = held.exclude(user__in=referral.team.all()).exclude(user=referral.drafter_id).select_related("user")
    return [Contact(one.user, one.is_acting) for one in outside]
