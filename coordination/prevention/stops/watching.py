"""What time alone does: the bell for a stop that customs have not seen, and the end after the last day. Resumable.

The bell is a policy of the centre, not a statutory period: ten minutes after sending the duty lead of the customs
agency is notified, thirty minutes after sending the duty coordinators of the centre.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

from agencies.duty.lookups import first_on_duty, posts_in
from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Role
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for
from agencies.runs.one_by_one import deferred_keys, process_each

from .actions import locked, stream_of_stop, transition_stop
from .models import TO_BE_SEEN, TO_THE_CENTRE, Stop

BATCH = 200
BELL, ENDING = "stops.bell", "stops.expire"  # the queues under which failures are reported
ESCALATED = "escalated"  # a reason of `coordination.messaging.notifications.models.NoticeReason`
BELLS = (TO_BE_SEEN, TO_THE_CENTRE)


def ring() -> int:
    """Rings each bell that is due, once; the next run catches up on a missed one. Returns their number."""
    return sum(sum(process_each(BELL, _unrung(after), partial(_ring, after=after))) for after in BELLS)


def _unrung(after: timedelta) -> list[UUID]:
    unseen = Stop.objects.unseen(sent_before=times.now() - after).filter(rung__lt=minutes(after))
    return list(
        unseen.exclude(pk__in=deferred_keys(BELL)).order_by("sent_at", "pk").values_list("pk", flat=True)[:BATCH]
    )


def minutes(after: timedelta) -> int:
    return int(after.total_seconds()) // 60


def _ring(pk: UUID, after: timedelta) -> bool:
    """Notifies in one transaction with the mark that it rang. Not an action on the stop, so its version does not
    change: an officer who answers meanwhile is not refused. Returns whether it rang."""
    stop = Stop.objects.select_related("customs").get(pk=pk)
    with locked(stop):
        if not Stop.objects.filter(pk=pk, state=Stop.State.SENT, rung__lt=minutes(after)).update(rung=minutes(after)):
            return False  # seen meanwhile, or rung by another worker
        event = record_event(
            stream_of_stop(stop),
            actor=SYSTEM,
            action=Action("escalate", "stop", pk, data={"minutes": minutes(after)}),
            audience=Audience("pair", counterpart_id=stop.customs_id),
        )
        for person in people_to_wake(stop, after):
            notify_person(event, person.pk, agency_id=person.agency_id, because=ESCALATED)
        return True


def people_to_wake(stop: Stop, after: timedelta) -> list[User]:
    """People who may see the stop: of several groups, the first with any."""
    for circle in _circles(stop.customs_id, after):
        people = User.objects.filter(pk__in=circle, is_active=True).order_by("username")
        if seeing := [one for one in people if Stop.objects.visible_to(actor_for(one)).filter(pk=stop.pk).exists()]:
            return seeing
    return []


def _circles(customs_id: int, after: timedelta) -> Iterator[set[UUID]]:
    """Of customs: the approver on call, the desk on duty, the unit leads, the responsible persons. Of the centre: the
    coordinators on duty, then all; of a restricted case, which the centre does not see, customs again."""
    if after == TO_THE_CENTRE:
        coordinators = Membership.objects.current().filter(role=Role.COORDINATOR).select_related("user")
        held = {one.user_id: one.user.agency_id for one in coordinators}
        posts = [post for there in posts_in(set(held.values())).values() for post in there]
        yield {post.person.pk for post in posts} & set(held)
        yield set(held)
        yield set(OfficeHolder.objects.current().filter(agency=customs_id).values_list("user_id", flat=True))
    yield {post.person.pk for post in posts_in([customs_id]).get(customs_id, []) if post.shift.on_call}
    post = first_on_duty([customs_id]).get(customs_id)
    yield {post.person.pk} if post else set()
    leads = Membership.objects.current().filter(role=Role.LEAD, user__agency=customs_id)
    yield set(leads.values_list("user_id", flat=True))
    yield set(OfficeHolder.objects.current().filter(agency=customs_id).values_list("user_id", flat=True))


def expire() -> int:
    """Ends every stop that customs still watch for after its last day. Returns their number."""
    over = Stop.objects.past_last_day().exclude(pk__in=deferred_keys(ENDING)).order_by("last_day", "pk")
    return len(process_each(ENDING, over[:BATCH], _expire, key=lambda stop: stop.pk))


def _expire(stop: Stop) -> None:
    transition_stop(stop, "expire", actor=SYSTEM, changes={"due_at": None})
