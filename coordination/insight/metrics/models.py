"""Snapshot (汇总): all figures at one time, precomputed for the supervisor's page."""

from datetime import timedelta

from django.db import models

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from cases.casefile.models import Handling

# An event is recorded before it is committed; no transaction lasts longer than this.
OVERLAP = timedelta(minutes=2)
PACE = timedelta(seconds=50)


class Snapshot(models.Model):
    """One computation, independent of the reader. `counts` are rows of [subject, key, agency id, number]: in
    `for_centre` what the centre sees of all agencies, in `for_agencies` what each agency sees of its own. `longest_…`
    are rows of `durations.median_rows` for the same readers. `pairs_for_centre` are rows of
    `briefing.pairs.counted_pairs`: [kind, id of the waiting agency, id of the owing one, in time, due]."""

    taken_at = models.DateTimeField(db_index=True)
    took = models.DurationField()
    for_centre = models.JSONField()
    for_agencies = models.JSONField()
    longest_for_centre = models.JSONField(default=list)
    longest_for_agencies = models.JSONField(default=list)
    pairs_for_centre = models.JSONField(default=list)

    @classmethod
    def newest(cls) -> "Snapshot | None":
        return cls._default_manager.order_by("-taken_at").first()

    @classmethod
    def usable_by(cls, actor: Actor) -> "Snapshot | None":
        """The present snapshot, unless it is stale or may contain what this reader may no longer see."""
        tally = cls.newest()
        if tally is None or tally.is_stale or (actor.is_centre and tally.may_show_restricted):
            return None
        return tally

    @property
    def pace(self) -> timedelta:
        """How long it is valid: at most a thirtieth of the time is spent on computing."""
        return max(PACE, 30 * self.took)

    @property
    def is_due_again(self) -> bool:
        return times.now() >= self.taken_at + self.pace

    @property
    def is_stale(self) -> bool:
        """The scheduled computation seems to have stopped; the snapshot must not be used."""
        return times.now() > self.taken_at + 3 * self.pace

    @property
    def may_show_restricted(self) -> bool:
        """Whether something visible to the centre was restricted since and may still be in the numbers.

        Earlier restrictions do not matter, and must not be noticeable even in response times.
        """
        classified = Event.objects.filter(
            recorded_at__gte=self.taken_at - OVERLAP, object_kind__in=("case", "lead"), fields__contains="handling"
        )
        kept = classified.values_list("note__data", flat=True)
        return any((data or {}).get("was", {}).get("handling") != Handling.H3 for data in kept)
