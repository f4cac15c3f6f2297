"""Median time in each state at each agency, over the last quarter."""

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
    "lead": _("Lead"),
    "task": _("Task"),
    "referral": _("Referral"),
    "proceeding": _("Proceeding"),
}


@dataclass(frozen=True)
class StateDuration:
    """`stays`: number of completed intervals in this state; `median`: their median duration."""

    kind: Text
    state: Text
    agency: Agency
    intervals: int
    median: timedelta


def longest(actor: Actor, now: datetime) -> list[StateDuration]:
    """Longest medians first, computed now; for a unit lead, those of their own agency. Open intervals are not
    counted."""
    return shown(median_rows(now, actor))


def longest_of(tally: Snapshot, actor: Actor, now: datetime) -> list[StateDuration]:
    """The same from a snapshot. Behind the wall of a bureau visibility differs by lead, so those are computed now."""
    if actor.is_centre:
        return shown(tally.longest_for_centre)
    own = [row for row in tally.longest_for_agencies if row[2] == actor.own_agency]
    if has_a_wall(actor):
        own = [row for row in own if row[0] != "proceeding"] + median_rows(now, actor, kinds=["proceeding"])
    return shown(own)


def median_rows(now: datetime, reader: Actor | None = None, *, kinds: Iterable[str] = KINDS) -> Rows:
    """Rows of [kind, state, agency id, count, median in seconds], JSON-safe for a snapshot.

    Without a reader: everything at each agency, for the agency itself.
    """
    lengths: dict[tuple[str, str, int, int], list[timedelta]] = defaultdict(list)
    # One subquery for each kind. A single condition over all kinds would check visibility by reading every visible
    # task, which takes seconds even for a few hundred intervals; separate ones are joins.
    first, *others = [_medians_of(kind, reader, now) for kind in kinds]
    for kind, state, agency_id, intervals, length in first.union(*others, all=True) if others else first:
        lengths[kind, state, agency_id, intervals].append(length)
    return [[*key, sum(found, timedelta()).total_seconds() / len(found)] for key, found in lengths.items()]


def shown(rows: Rows) -> list[StateDuration]:
    """Rows shown on the page, with labels."""
    first = sorted(rows, key=lambda row: (-row[4], row[2]))[:SHOWN]
    agencies = Agency.objects.in_bulk({agency_id for _kind, _state, agency_id, *_rest in first})
    return [
        StateDuration(
            WORDS[kind], KINDS[kind].State(state).label, agencies[agency_id], intervals, timedelta(seconds=median)
        )
        for kind, state, agency_id, intervals, median in first
    ]


def _medians_of(kind: str, reader: Actor | None, now: datetime) -> Any:
    """The middle interval, or the two in the middle, of each (state, agency). The database sorts and returns few
    rows."""
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
    middle = ranked.annotate(twice=F("place") * 2).filter(twice__gte=F("intervals"), twice__lte=F("intervals") + 2)
    return middle.values_list("object_kind", "state", "agency_id", "intervals", "length")
