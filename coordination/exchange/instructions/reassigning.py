"""How letters between superior and subordinate agencies pass to a colleague."""

from django.db.models import Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.people.models import User
from agencies.people.reassigning import reassign
from cases.casefile.actions import lock_case, stream_of

from .models import Instruction


def _held(person: User, actor: Actor) -> QuerySet[Instruction]:
    """Letters that they wrote or received, while the next step belongs to their agency."""
    wrote = Q(sender=person.agency_id, drafter=person, state__in=Instruction.WITH_SENDER)
    took_in = Q(receiver=person.agency_id, handler=person, state__in=Instruction.WITH_RECEIVER)
    return Instruction.objects.visible_to(actor).filter(wrote | took_in).order_by("created_at", "pk")


def _column(letter: Instruction) -> str:
    return "handler" if letter.state in Instruction.WITH_RECEIVER else "drafter"


def _pass_on(letter: Instruction, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
    """The next step belongs to a handler at the receiver or a drafter at the sender."""
    lock_case(letter.case_id)
    reassign(letter, "instruction", {_column(letter): to}, stream_of(letter.case_id), to, actor, reason)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda letter, agency: getattr(letter, _column(letter)),
    label=lambda letter: letter.get_kind_display(),
    agency=lambda letter, actor: letter.receiver_id if _column(letter) == "handler" else letter.sender_id,
    is_open=lambda letter: letter.state in (*Instruction.WITH_RECEIVER, *Instruction.WITH_SENDER),
    taken_back=True,
)
