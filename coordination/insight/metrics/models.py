"""Snapshot (汇总): all figures counted at one moment, for the supervisor's page to read instead of counting them
again."""

from datetime import timedelta

from django.db import models

from agencies.journal.models import Event
from agencies.kernel import times
from cases.casefile.models import Handling

# An event is recorded before it is committed, but no transaction lasts so long.
OVERLAP = timedelta(minutes=2)
PACE = timedelta(seconds=50)


class Snapshot(models.Model):
    """One counting, for no reader in particular. `counts` are rows of [subject, key, agency's id, number]: in
    `for_centre` what the centre reads of all agencies, in `for_agencies` what each agency reads of its own. `longest_…`
    are the rows of `durations.middles` for the same readers.
    """

    taken_at = models.DateTimeField(db_index=True)
    took = models.DurationField()
    for_centre = models.JSONField()
    for_agencies = models.JSONField()
    longest_for_centre = models.JSONField(default=list)
    longest_for_agencies = models.JSONField(default=list)

    @classmethod
    def newest(cls) -> "Snapshot | None":
        return cls._default_manager.order_by("-taken_at").first()

    @property
    def pace(self) -> timedelta:
        """How long it stands: no more than a thirtieth of the time is spent on counting."""
        return max(PACE, 30 * self.took)

    @property
    def is_due_again(self) -> bool:
        return times.now() >= self.taken_at + self.pace

    @property
    def is_stale(self) -> bool:
        """Nobody counts ahead, it seems: then it says nothing any more."""
        return times.now() > self.taken_at + 3 * self.pace

    @property
    def outlived_a_right(self) -> bool:
        """Something that the centre read was restricted since, perhaps, and may be in its numbers yet.

        What was restricted before is nothing to it, and must not show even in the time of the page.
        """
        classified = Event.objects.filter(
            recorded_at__gte=self.taken_at - OVERLAP, object_kind__in=("case", "lead"), fields__contains="handling"
        )
        kept = classified.values_list("note__data", flat=True)
        return any((data or {}).get("was", {}).get("handling") != Handling.H3 for data in kept)
