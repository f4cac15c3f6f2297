"""Queries over work items for a reader: the queues, and the counters of every page.

A row gives the object and the agency. What is shown is read from the object, through `visible_to` of its resource, so
a row can only narrow what a reader sees.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import SOON
from agencies.kernel.work import Decides, Sees, Side
from agencies.work.models import WorkItem, WorkItemQuerySet
from cases.proceedings.models import has_a_wall, walled_off
from cases.sharing.models import Share
from coordination.exchange.reminders.models import Reminder, ReminderItem
from coordination.workspace.form_drafts.models import LastLook

from .lines import Text

# Before the first record: for a person who never marked a queue as seen, everything is new.
NEVER_YET = datetime(1, 1, 2, tzinfo=UTC)
OF_CASES = ("referral", "task", "proceeding", "instruction")  # counted as work in cases that the agency leads
# Visible to all people of the agency, whatever the case shares and whichever wall it has.
SEEN_BY_ALL = ("lead", "referral", "instruction", "opinion", "reminder")
COME_BACK = ("referral", "task")  # new to all people of the agency when they are returned


@dataclass(frozen=True)
class Reader:
    """An actor and a time, for queries over the work items that the actor may count.

    `about` are the kinds of items that the reminders of the agency are about, `hidden` the reminders that the reader
    does not see, if the caller has read them already.
    """

    actor: Actor
    now: Any
    about: frozenset[str] | None = None
    hidden: frozenset[UUID] | None = None

    @property
    def me(self) -> UUID | None:
        return UUID(self.actor.id) if self.actor.kind == "user" else None

    @property
    def does(self) -> WorkItemQuerySet:
        """All rows of items with the agency's next step, one for each person who handles the item."""
        return self.seen(WorkItem.objects.of_agency(self.actor.agency_id))

    @property
    def open(self) -> WorkItemQuerySet:
        """The same, each item once."""
        return self.does.filter(first=True)

    def seen(self, rows: WorkItemQuerySet) -> WorkItemQuerySet:
        """The rows without those hidden by a wall, by the end of a share, or because a reminder is about something that
        the reader does not see."""
        if self.actor.kind == "user" and not self.actor.is_centre and has_a_wall(self.actor):
            behind = Q(wall_id__in=walled_off(self.actor).values("pk"))
            rows = rows.exclude(Q(wall_id__isnull=False) & behind)
        shown = Q(sees=Sees.ALWAYS) | Q(self._shares_enough())
        if self.actor.is_centre:
            shown |= Q(restricted=False)
        return self._without_hidden(rows.filter(shown))

    def _without_hidden(self, rows: WorkItemQuerySet) -> WorkItemQuerySet:
        """There are few hidden reminders, so excluding them keeps queries short."""
        hidden = self.hidden_reminders
        return rows.exclude(kind="reminder", object_id__in=hidden) if hidden else rows

    def _shares_enough(self) -> Exists:
        """Whether the agency sees the case now, and its contents where the row asks for them."""
        live = Share.objects.live().filter(case=OuterRef("case_id"), agency=self.actor.agency_id)
        asked = ExpressionWrapper(OuterRef("sees"), output_field=CharField())
        return Exists(live.alias(asked=asked).filter(~Q(profile=Share.Profile.STATUS) | Q(asked=Sees.CASE)))

    def has(self, kind: str) -> WorkItemQuerySet:
        """Items of one kind with the agency's next step, each once, with only the checks that the kind needs."""
        ours = WorkItem.objects.of_agency(self.actor.agency_id)
        seen = self._without_hidden(ours) if kind in SEEN_BY_ALL else self.seen(ours)
        return seen.filter(kind=kind, first=True)

    def visible(self, model: Any) -> Any:
        """The objects of a model that the reader sees, as a queryset. Reminders of the agency are checked for the kinds
        of items that they are about; a query for all kinds takes long to plan."""
        return model.objects.visible_to(self.actor, **({"about": self._about} if model is Reminder else {}))

    @cached_property
    def _about(self) -> frozenset[str]:
        if self.about is not None:
            return self.about
        letters = reminders_of(self.actor).values("object_id")
        named: Any = ReminderItem.objects.filter(letter__in=letters).with_subject()  # Any: "subject" is an annotation
        return frozenset(named.order_by().values_list("subject", flat=True).distinct())

    @cached_property
    def hidden_reminders(self) -> frozenset[UUID]:
        if self.hidden is not None:
            return self.hidden
        if not self._about:
            return frozenset()
        return frozenset(hidden_reminders(self.actor, self._about).values_list("object_id", flat=True))


def reminders_of(actor: Actor) -> WorkItemQuerySet:
    """Reminders that wait for the agency, whether or not the actor sees what they are about."""
    return WorkItem.objects.of_agency(actor.agency_id).filter(kind="reminder")


def hidden_reminders(actor: Actor, about: frozenset[str]) -> WorkItemQuerySet:
    """Those of them that the actor does not see. `about` are the kinds of all items of these reminders."""
    seen = Reminder.objects.visible_to(actor, about).filter(pk=OuterRef("object_id"))
    return reminders_of(actor).filter(~Exists(seen))


def _mine(reader: Reader) -> WorkItemQuerySet:
    """Items of this person; for a unit lead also those whose next step is a lead's."""
    if reader.me is None:
        return reader.does.none()
    if not reader.actor.leads(reader.actor.agency_id):
        return reader.does.of_person(reader.me)
    return reader.does.filter(Q(person_id=reader.me) | Q(decides=Decides.LEAD, first=True))


def _new(reader: Reader) -> WorkItemQuerySet:
    """Items assigned to the reader, to their unit or to no one, on which another person acted since the last visit."""
    last = LastLook.objects.visible_to(reader.actor).values("at")[:1]
    return before_me(reader).acted_on_since(Coalesce(Subquery(last), Value(NEVER_YET)), reader.actor.id)


def before_me(reader: Reader) -> WorkItemQuerySet:
    """Items that concern this person: their own, their unit's, unclaimed and returned ones."""
    once = Q(free=True) | Q(returned=True, kind__in=COME_BACK) | Q(kind="task", unit_id__in=reader.actor.units)
    once &= Q(first=True)
    found = reader.does.exclude(kind="reminder")
    if reader.me is None:
        return found.filter(once)
    # Two people may handle a referral; it is then counted by the row of the reader.
    own = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        object_id=OuterRef("object_id"), person_id=reader.me
    )
    return found.filter(Q(person_id=reader.me) | once & (~Q(kind="referral") | ~Exists(own.filter(first=False))))


def _unit(reader: Reader) -> WorkItemQuerySet:
    """Items requested from the unit, or else sent there by the routing rules of the agency."""
    return reader.open.filter(unit_id__in=reader.actor.units)


def _unclaimed(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(free=True)


def _overdue(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(breach_at__lt=reader.now)


def _soon(reader: Reader) -> WorkItemQuerySet:
    """Due within a day and not late; without invitations to conferences that have begun."""
    near = reader.open.soon(reader.now, reader.now + SOON)
    return near.exclude(kind="conference", due_at__lt=reader.now)


def _returned(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(returned=True)


def _led(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(led=True, kind__in=OF_CASES)


def _elsewhere(reader: Reader) -> WorkItemQuerySet:
    """Items that the agency sent or requested, and on which another agency has to act."""
    return reader.seen(WorkItem.objects.of_agency(reader.actor.agency_id, Side.AWAITS))


def _of_parties(reader: Reader) -> WorkItemQuerySet:
    """Periods in which a party may make a statement or must pay. A right ends by itself when its day has passed."""
    return reader.seen(WorkItem.objects.of_agency(reader.actor.agency_id, Side.PARTY).filter(breach_at__gte=reader.now))


QUEUES: dict[str, tuple[Text, Callable[[Reader], WorkItemQuerySet]]] = {
    "mine": (_("On my desk"), _mine),
    "new": (_("New since my last visit"), _new),
    "unit": (_("My unit"), _unit),
    "unclaimed": (_("Unclaimed"), _unclaimed),
    "overdue": (_("Late"), _overdue),
    "soon": (_("Due within 24 hours"), _soon),
    "returned": (_("Returned to us"), _returned),
    "led": (_("In cases we lead"), _led),
    "elsewhere": (_("Waiting for another agency"), _elsewhere),
    "party": (_("Waiting for the party"), _of_parties),
}


def queue(key: str, reader: Reader) -> WorkItemQuerySet:
    return QUEUES[key][1](reader)


def by_kind(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(row["object_id"])
    return found
