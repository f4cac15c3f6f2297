"""The stored rows of the wall inside an anti-smuggling bureau (行刑隔离), see `cases.proceedings.models.wall`.

They are here, because periods are below proceedings and are hidden with them.
"""

from typing import Any

from django.db.models import QuerySet

from agencies.kernel.actor import NOT_INVOLVED, Actor
from agencies.kernel.work import Side
from agencies.organisations.models import is_antismuggling
from agencies.work.models import WorkItem

WALL = "wall"  # the kind of the rows that hide a proceeding from a person


def has_two_sides(actor: Actor) -> bool:
    """Only a bureau has both capacities. Checked first, to spare all others the query."""
    return is_antismuggling(actor.agency_code)


def has_a_wall(actor: Actor) -> bool:
    of_bureau = actor.kind == "user" and has_two_sides(actor) and actor.id != NOT_INVOLVED
    return of_bureau and actor.is_staff and not actor.offices


def walls_inside(agency_id: int) -> "QuerySet[WorkItem, Any]":
    """The ids of the proceedings that are hidden from anybody of the agency."""
    return WorkItem.objects.of_agency(agency_id, Side.HIDDEN).filter(kind=WALL).values("object_id")


def walled_ids(actor: Actor) -> "QuerySet[WorkItem, Any]":
    """The ids of the proceedings that `ProceedingQuerySet.walled_off_from` describes, as they were stored with the last
    change. Only for actors who have a wall."""
    hidden = WorkItem.objects.of_agency(actor.agency_id, Side.HIDDEN).of_person(actor.id)
    return hidden.filter(kind=WALL).values("object_id")
