"""Where things lie: the median stay in each state on the desks of each agency, over the last quarter."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import StateInterval
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding, has_a_wall
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

from .definitions import Rows, Text
from .models import Snapshot

PERIOD = timedelta(days=90)
SHOWN = 20
KINDS: dict[str, Any] = {"lead": Lead, "task": Task, "referral": Referral, "proceeding": Proceeding}

WORDS: dict[str, Text] = {
    "lead": _("Lead"), "task": _("Task"), "referral": _("Referral"), "proceeding": _("Proceeding"),
}  # fmt: skip


@dataclass(frozen=True)
class Lying:
    """`stays`: how often somebody let go of such a thing in this state; `median`: how long he had it."""

    kind: Text
    state: Text
    agency: Agency
    intervals: int
    median: timedelta


def longest(actor: Actor, now: datetime) -> list[Lying]:
    """The longest first, counted now. A unit lead's are those of his own agency; what still lies somewhere is not
    counted."""
    return shown(middles(now, actor))


def longest_of(tally: Snapshot, actor: Actor, now: datetime) -> list[Lying]:
    """The same from what was counted ahead. Behind the wall of a bureau each lead sees other proceedings than a
    colleague does, so those are counted now."""
    if actor.is_centre:
        return shown(tally.longest_for_centre)
    own = [row for row in tally.longest_for_agencies if row[2] == actor.own_agency]
    if has_a_wall(actor):
        own = [row for row in own if row[0] != "proceeding"] + middles(now, actor, kinds=["proceeding"])
    return shown(own)


def middles(now: datetime, reader: Actor | None = None, *, kinds: Iterable[str] = KINDS) -> Rows:
    """Rows of [kind, state, agency's id, how often, median in seconds], JSON-safe, so that a tally can keep them.

    Without a reader: all that lay with each agency, for the agency itself.
    """
    lengths: dict[tuple[str, str, int, int], list[timedelta]] = defaultdict(list)
    # Each kind is a part of its own. One condition over all kinds would ask the sight of every stay by reading every
    # visible task, which takes seconds with some hundred stays; a part of its own is a join.
    first, *others = [_middles_of(kind, reader, now) for kind in kinds]
    for kind, state, agency_id, intervals, length in first.union(*others, all=True) if others else first:
        lengths[kind, state, agency_id, intervals].append(length)
    return [[*key, sum(found, timedelta()).total_seconds() / len(found)] for key, found in lengths.items()]


def shown(rows: Rows) -> list[Lying]:
    """The rows that the page shows, in its words."""
    first = sorted(rows, key=lambda row: (-row[4], row[2]))[:SHOWN]
    agencies = Agency.objects.in_bulk({agency_id for _kind, _state, agency_id, *_rest in first})
    return [
        Lying(WORDS[kind], KINDS[kind].State(state).label, agencies[agency_id], intervals, timedelta(seconds=median))
        for kind, state, agency_id, intervals, median in first
    ]


def _middles_of(kind: str, reader: Actor | None, now: datetime) -> Any:
    """Of each (state, agency) its middle stay, or the two in the middle: the database sorts, few rows come."""
    intervals = StateInterval.objects.filter(
        object_kind=kind, left_at__gte=now - PERIOD, agency_id__isnull=False
    ).order_by()
    if reader is not None:
        if not reader.is_centre:
            intervals = intervals.filter(agency_id=reader.own_agency)
        intervals = intervals.filter(object_id__in=KINDS[kind].objects.visible_to(reader).order_by().values("pk"))
    group = [F("state"), F("agency_id")]
    length = ExpressionWrapper(F("left_at") - F("entered_at"), output_field=DurationField())
    ranked = intervals.annotate(
        length=length,
        place=Window(RowNumber(), partition_by=group, order_by=["length", "pk"]),
        intervals=Window(Count("pk"), partition_by=group),
    )
    middle = ranked.annotate(twice=F("place") * 2).filter(twice__gte=F("stays"), twice__lte=F("stays") + 2)
    return middle.values_list("object_kind", "state", "agency_id", "stays", "length")
