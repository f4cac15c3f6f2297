"""Work items of conferences."""

from collections.abc import Iterator
from uuid import UUID

from agencies.kernel.work import FOR_GOOD, DeskRow, WorkRows
from cases.sharing.work import last_day
from coordination.exchange.letters.work import in_hand

from .models import Conference, Participant


def rows(conference: Conference) -> Iterator[DeskRow]:
    """One item for each agency that has not answered or not confirmed the minutes, assigned to the people it named, if
    any."""
    called = conference.state == Conference.State.CALLED
    for part in conference.participants.all():
        if not (_unanswered(part) if called else _unconfirmed(part, conference.edition)):
            continue
        named: list[UUID | None] = [*sorted(person.pk for person in part.people.all())]
        for place, person in enumerate(named or [None]):
            yield in_hand(
                conference,
                part.agency_id,
                person,
                first=place == 0,
                due_at=conference.starts_at if called else None,
                other_id=conference.agency_id,
                until=FOR_GOOD if called else last_day(conference.case, part.agency_id, contents=True),
                # Its actions are shown to all participants, but belong to the caller.
                came_at=conference.created_at if called else conference.updated_at,
            )


def _unanswered(part: Participant) -> bool:
    return part.answer == ""


def _unconfirmed(part: Participant, edition: int) -> bool:
    return part.answer != Participant.Answer.ABSENT and part.confirmed < edition and part.objection == ""


WORK = WorkRows(
    kind="conference",
    things=lambda: (
        Conference.objects.open().select_related("case").prefetch_related("participants__people", "case__shares")
    ),
    rows=rows,
)
