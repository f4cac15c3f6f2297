"""What is held of who sees an object, against `visible_to` of the object, for every person whom it concerns."""

from typing import Any

from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.work import Side, SightGround
from agencies.people.models import User
from agencies.people.sight import actor_for
from agencies.work.models import WorkItem
from coordination.exchange.reminders.models import Reminder, ReminderItem
from coordination.messaging.notifications.models import InboxItem
from coordination.workspace import inbox


def differing() -> dict[str, Any]:
    """Items of the inbox and reminders that wait, by the name of the person who sees others than are held."""
    news, letters = InboxItem.objects.exclude(sees=SightGround.ASKED), WorkItem.objects.filter(kind="reminder")
    people = User.objects.filter(pk__in=news.values("person")).union(
        User.objects.filter(agency__in=letters.values("agency_id"))
    )
    found = {actor.name: both for actor in map(actor_for, people) if (both := _news(actor) + _letters(actor))}
    return found | _of_centre()


def _news(actor: Any) -> list[Any]:
    mine = InboxItem.objects.visible_to(actor)
    known = set(inbox.in_sight(actor, mine).values_list("pk", flat=True))
    live = set()
    for kind in mine.values_list("about_kind", flat=True).distinct():
        if RESOURCE_OF_KIND[kind].summary:
            seen = RESOURCE_OF_KIND[kind].model.objects.visible_to(actor).values("pk")
            live |= set(mine.filter(about_kind=kind, about_id__in=seen).values_list("pk", flat=True))
    wrong = mine.filter(pk__in=known ^ live)
    return list(wrong.values_list("about_kind", "about_id", "sees")) if actor.reads_cases else []


def _letters(actor: Any) -> list[Any]:
    waiting = WorkItem.objects.of_agency(actor.agency_id).filter(kind="reminder")
    known = set(waiting.visible_to(actor).values_list("object_id", flat=True))
    live = Reminder.objects.visible_to(actor).filter(pk__in=waiting.values("object_id"))
    return sorted(known ^ set(live.values_list("pk", flat=True))) if actor.is_staff else []


def _of_centre() -> dict[str, Any]:
    """Unrestricted ones are seen by each reader of the centre."""
    known = WorkItem.objects.filter(kind="reminder", restricted=False).values("object_id")
    readers = [actor for actor in map(actor_for, User.objects.filter(agency__line="centre")) if actor.is_centre]
    for actor in readers if known.exists() else ():
        seen = ReminderItem.objects.with_visible_subject(actor).values("letter")
        if hidden := list(Reminder.objects.filter(pk__in=known).exclude(pk__in=seen)):
            return {actor.name: hidden}
    return {}


def desks_differing() -> dict[str, Any]:
    """What the desks of people hide or show otherwise than `visible_to` of the nouns, by name of the reader."""
    people = User.objects.filter(agency__in=WorkItem.objects.values("agency_id"), is_active=True)
    readers = [actor for actor in map(actor_for, people) if actor.reads_cases]
    return {actor.name: wrong for actor in readers if (wrong := of_desks(actor))}


# The row also asks for the contents of the case, because minutes are confirmed by those who read them.
NARROWER = {"conference"}


def of_desks(actor: Any) -> list[Any]:
    """Objects with rows of the actor's agency that its rows hide or show otherwise than `visible_to` of the noun."""
    ours = WorkItem.objects.filter(agency_id=actor.agency_id).exclude(side=Side.HIDDEN)
    found = []
    for kind in set(ours.values_list("kind", flat=True)):
        rows = ours.filter(kind=kind)
        live = RESOURCE_OF_KIND[kind].model.objects.visible_to(actor).filter(pk__in=rows.values("object_id"))
        known = set(rows.visible_to(actor).values_list("object_id", flat=True))
        seen = set(live.values_list("pk", flat=True))
        wrong = known - seen if kind in NARROWER else known ^ seen
        found += [(kind, pk) for pk in wrong]
    return found
