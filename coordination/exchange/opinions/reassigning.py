"""How opinions pass to a colleague."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.people.models import User
from agencies.people.reassigning import reassign
from cases.casefile.actions import lock_case, stream_of

from .models import Opinion


def _held(person: User, actor: Actor) -> QuerySet[Opinion]:
    owed = Opinion.objects.visible_to(actor).waiting_on(person.agency_id).filter(handler=person)
    return owed.select_related("round").order_by("created_at", "pk")


def _pass_on(opinion: Opinion, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
    """The opinions of the levels keep their authors, who must not sign at a higher level."""
    lock_case(opinion.case_id)
    reassign(opinion, "opinion", {"handler": to}, stream_of(opinion.case_id), to, actor, reason)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda opinion, agency: opinion.handler,
    words=lambda opinion: opinion.round.title,
    agency=lambda opinion, actor: opinion.agency_id,
    is_open=lambda opinion: opinion.state in Opinion.OPEN_STATES,
    taken_back=True,
)
