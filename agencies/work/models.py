"""WorkItem (待办): open work by agency and person, as narrow rows that every page may query.

It is a projection: each row is derived from its object by the noun's `Work` and may be rebuilt at any time. Pages use
it to find and count objects. They read the content of an object from the object itself, by `visible_to`.
"""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.work import Decider, Side


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def visible_to(self, actor: Actor) -> Self:
        """Rows of the actor's agency about objects that the actor sees. What is shown of them is read from the objects
        themselves, through their own `visible_to`."""
        seen = Q(until__gte=times.today())
        if actor.is_centre:
            seen |= Q(restricted=False)
        rows = self.filter(seen, agency_id=actor.agency_id).exclude(side=Side.HIDDEN)
        if actor.kind != "user" or actor.offices:
            return rows
        hidden = WorkItem.objects.of_agency(actor.agency_id, Side.HIDDEN).of_person(actor.id)
        return rows.exclude(wall_id__in=hidden.values("object_id"))

    def known_on_cases(self, actor: Actor) -> Self:
        """Rows of what is open on cases as far as the actor sees it: those of their agency; for the centre also the
        periods of every agency, and what has another side, as no draft has, on cases that are not restricted."""
        sides = self.filter(side__in=(Side.DOES, Side.AWAITS, Side.PERIOD))
        if not actor.is_centre:
            return sides.visible_to(actor)
        own = Q(agency_id=actor.agency_id, until__gte=times.today())
        open_to_centre = Q(restricted=False) & (Q(side=Side.PERIOD) | Q(other_id__isnull=False))
        return sides.filter(own | open_to_centre)

    def of_agency(self, agency_id: int | None, side: str = Side.DOES) -> Self:
        return self.filter(agency_id=agency_id, side=side)

    def of_person(self, person: UUID | str | None) -> Self:
        return self.filter(person_id=person)


def acted_by_others(since: Any, person: str) -> Q:
    """Objects on which another person acted since then, in an act that the agency may read."""
    return ~Q(acted_by=person) & Q(acted_at__gt=since) | Q(acted_by=person, acted_before__gt=since)


class WorkItem(models.Model):
    """One row of an object, see `agencies.kernel.work.DeskRow`. The id is derived from object, agency, side and person.

    `acted_at` and `acted_by` are the newest act on the object that the agency may read. `acted_before` is the time of
    the newest act by a different person. "New to this person" therefore needs no other table.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    side = models.CharField(max_length=7, choices=Side.choices)
    agency_id = models.BigIntegerField()
    person_id = models.UUIDField(null=True)
    unit_id = models.BigIntegerField(null=True)
    case_id = models.UUIDField(null=True)
    state = models.CharField(max_length=16)
    free = models.BooleanField(help_text="no person of the agency handles it")
    returned = models.BooleanField()
    first = models.BooleanField(help_text="the row by which the agency counts it")
    decides = models.CharField(max_length=4, choices=Decider.choices, blank=True)
    priority = models.PositiveSmallIntegerField(default=1)
    led = models.BooleanField(help_text="the agency leads the case")
    restricted = models.BooleanField()
    due_at = models.DateTimeField(help_text="the year 9999 for none")
    breach_at = models.DateTimeField(help_text="the year 9999 for none")
    since = models.DateTimeField(null=True)
    other_id = models.BigIntegerField(null=True)
    wall_id = models.UUIDField(null=True)
    matter_id = models.UUIDField(null=True)
    came_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    acted_by = models.CharField(max_length=40, blank=True)
    acted_before = models.DateTimeField(null=True)
    until = models.DateField(null=True, help_text="the last day on which the agency sees the object")

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "side", "kind", "due_at", "object_id"], name="work_by_due"),
            models.Index(fields=["agency_id", "side", "breach_at"], name="work_by_breach"),
            models.Index(fields=["agency_id", "side", "due_at", "object_id"], name="work_in_order"),
            models.Index(fields=["agency_id", "person_id", "due_at"], name="work_by_person"),
            models.Index(fields=["agency_id", "side", "acted_at"], name="work_by_act"),
            models.Index(fields=["case_id"], name="work_by_case"),
            models.Index(fields=["object_id"], name="work_by_object"),
            models.Index(fields=["agency_id", "side", "due_at"], condition=Q(free=True), name="work_free"),
            models.Index(fields=["agency_id", "side", "due_at"], condition=Q(returned=True), name="work_returned"),
            models.Index(fields=["agency_id", "side", "due_at"], condition=Q(led=True), name="work_led"),
            models.Index(
                fields=["agency_id", "unit_id", "due_at"], condition=Q(unit_id__isnull=False), name="work_by_unit"
            ),
            models.Index(fields=["agency_id", "kind"], condition=~Q(decides=""), name="work_to_decide"),
            models.Index(fields=["matter_id"], condition=Q(matter_id__isnull=False), name="work_by_matter"),
            # The missing step of each late item, read from the index alone.
            models.Index(
                fields=["object_id", "agency_id"],
                include=["kind", "state", "returned", "free"],
                condition=Q(side="does", first=True),
                name="work_step",
            ),
            # Letters that every reader of the centre sees.
            models.Index(fields=["object_id"], condition=Q(kind="reminder", restricted=False), name="work_for_centre"),
        ]
