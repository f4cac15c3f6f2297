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


class Bookmark(models.Model):
    """Position in the journal up to which the ledger is complete, and when that was last checked: a single row."""

    until = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)


class Seen(models.Model):
    """A matter (a case or a lead) whose facts are in the ledger, and the last event of its chain that they know of."""

    matter = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    restricted = models.BooleanField(default=False)


class Delta(models.Model):
    """One change of the facts of an object: `n` facts more or less, and the amount with them.

    The facts as known on a day are the sum of all rows recorded up to that day. `day` is the day they count for,
    `recorded_on` the day on which it was learnt; both in Shanghai. `shared` rows count in the figures of a further
    agency only. `amount` is in ten-thousandths of the measure's unit, so that sums are exact on both databases.
    `bucket` is a duration in days, -1 for none. `labels` is `|dimension=value|…|`. `restricted` is the present state of
    the matter and not a part of its history: what the centre may no longer see leaves its past figures too.
    """

    matter = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    measure = models.CharField(max_length=32)
    day = models.DateField()
    recorded_on = models.DateField()
    agency_id = models.BigIntegerField()
    shared = models.BooleanField()
    restricted = models.BooleanField()
    wall_id = models.UUIDField(null=True)
    bucket = models.IntegerField(default=-1)
    n = models.IntegerField()
    amount = models.BigIntegerField(default=0)
    labels = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["measure", "day"], name="metric_delta_by_day"),
            models.Index(fields=["measure", "recorded_on"], name="metric_delta_by_record"),
            models.Index(fields=["wall_id"], condition=models.Q(wall_id__isnull=False), name="metric_delta_walled"),
        ]


class Cell(models.Model):
    """A sum of the ledger, updated with it: one measure at one agency for one value of one dimension ("" for all).

    `grain` "d" and "m": all that is known now of the day, or of the month that begins on `at`. "k": what was recorded
    in the month `known` of the month `at`. `n` and `amount` count for the centre, `own_n` and `own_amount` for the
    agency itself, of which `shared_n` count at another agency for the centre.
    """

    measure = models.CharField(max_length=32)
    dimension = models.CharField(max_length=12, blank=True)
    grain = models.CharField(max_length=1)
    at = models.DateField()
    known = models.DateField()
    value = models.CharField(max_length=80, blank=True)
    agency_id = models.BigIntegerField()
    bucket = models.IntegerField()
    n = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    own_n = models.BigIntegerField(default=0)
    own_amount = models.BigIntegerField(default=0)
    shared_n = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "dimension", "grain", "at", "known", "value", "agency_id", "bucket"],
                name="metric_cell_once",
            )
        ]
