"""What waits for one person: the numbers of the navigation, counted once for a page."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_up_to
from agencies.kernel.permissions import actor_of
from agencies.work.reading import DeskReader
from cases.casefile.models import Case

from . import approvals, inbox
from .pages import pages
from .waiting import numbers

WORK = "work"  # the destination whose number is that of everything on home
ON_DESK = "queues"  # the page whose number is that of all work on the desk
OFFERS = "offers of a lead"


class PersonalDesk:
    """The desk of one person at one time."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.reader = DeskReader(actor, times.now())

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Page of the navigation → number beside it, up to the limit of counting. Those of WORK are on home: what is on
        the desk, decisions, and offers of a lead."""
        actor, reader = self.actor, self.reader
        counted = [one for one in pages() if one.counted_for.allows(actor)]
        found = {one.page: count_up_to(rows) for one in counted if (rows := one.rows(reader)) is not None}
        found["inbox"] = inbox.unread(actor)
        if not actor.reads_cases:
            return found
        items = {one.page: condition for one in counted if (condition := one.items(reader)) is not None}
        if actor.is_staff:
            found["approvals"] = len(self.decisions)
            found[OFFERS] = count_up_to(offers(actor))
        found |= numbers(reader, items)
        return found | {WORK: sum(found.get(name, 0) for name in (ON_DESK, "approvals", OFFERS))}

    @cached_property
    def decisions(self) -> list[approvals.DecidableObject]:
        """The decisions that the person may take."""
        return approvals.decidable(self.actor)


def desk_of(request: HttpRequest) -> PersonalDesk:
    """The desk of the person who asks; kept with the request, so that page and navigation count once."""
    known: Any = request
    if not hasattr(known, "desk"):
        known.desk = PersonalDesk(actor_of(request))
    desk: PersonalDesk = known.desk
    return desk


def offers(actor: Actor) -> QuerySet[Case]:
    """Cases whose lead is offered to the agency of this unit lead or responsible person."""
    if not actor.leads(actor.agency_id):
        return Case.objects.none()
    return Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.agency_id)
