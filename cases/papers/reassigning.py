"""How draft papers pass to a colleague."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.people.models import User
from agencies.people.reassigning import reassign
from cases.casefile.actions import lock_case, stream_of

from .models import Paper


def _held(person: User, actor: Actor) -> QuerySet[Paper]:
    mine = Paper.objects.visible_to(actor).filter(drafter=person, agency=person.agency_id, state=Paper.State.DRAFT)
    return mine.order_by("created_at", "pk")


def _pass_on(paper: Paper, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
    lock_case(paper.case_id)
    reassign(paper, "paper", {"drafter": to}, stream_of(paper.case_id), to, actor, reason)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda paper, agency: paper.drafter,
    agency=lambda paper, actor: paper.agency_id,
    is_open=lambda paper: paper.state == Paper.State.DRAFT,
    taken_back=True,
)
