"""The ledger of figures: a bookmark in the journal, what is known of each matter, changes of facts, and their sums."""

from datetime import timedelta

from django.db import models

# An event is recorded before it is committed; no transaction lasts longer than this.
OVERLAP = timedelta(minutes=2)


class Bookmark(models.Model):
    """Position in the journal up to which the ledger is complete, and when that was last checked: a single row."""

    until = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)


class Seen(models.Model):
    """A matter (a case or a lead) whose facts are in the ledger, and the last event of its chain that they know of."""

    matter = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    restricted = models.BooleanField(default=False)


class Labelled(models.Model):
    """A label that a matter has now, as the ledger knows it: `dimension=value`, of those by which pages are filtered.
    Late items under a filter are found by it (`supervision.late_counts`)."""

    pk = models.CompositePrimaryKey("matter", "label")
    matter = models.UUIDField()
    label = models.CharField(max_length=80)


class Posting(models.Model):
    """A label that some row of the ledger of a matter has: `dimension=value`. It stays when the matter loses the label,
    because the ledger is asked for past days too. The rows that have several labels are found by it (`sums`)."""

    pk = models.CompositePrimaryKey("label", "matter")
    label = models.CharField(max_length=80)
    matter = models.UUIDField()


class Delta(models.Model):
    """One change of the facts of an object: `n` facts more or less, and the amount with them.

    The facts as known on a day are the sum of all rows recorded up to that day. `day` is the day they count for,
    `recorded_on` the day on which it was learnt; both in Shanghai. `shared` rows count in the figures of a further
    agency only. `amount` is in ten-thousandths of the measure's unit, so that sums are exact on both databases.
    `bucket` is a duration in days, -1 for none. `labels` is `|dimension=value|…|`. `restricted` is the present state of
    the matter and not a part of its history: what the centre may no longer see leaves its past figures too.
    """

    matter = models.UUIDField()
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
            models.Index(fields=["matter", "measure"], name="metric_delta_by_matter"),
            models.Index(fields=["measure", "day"], name="metric_delta_by_day"),
            models.Index(fields=["measure", "agency_id", "day"], name="metric_delta_by_agency"),
            models.Index(fields=["measure", "recorded_on"], name="metric_delta_by_record"),
            models.Index(fields=["wall_id"], condition=models.Q(wall_id__isnull=False), name="metric_delta_walled"),
        ]


class Cell(models.Model):
    """A sum of the ledger, updated with it: one measure for one value of one dimension ("" for all), at one agency or,
    with agency 0, at all together as the centre counts them.

    `place` is a number for measure, dimension and grain (`cells.place_of`). Grain "d": all that is known now of the day
    `at`. "m": what was recorded in the month `known` of the month that begins on `at`; what is known now is the sum of
    all. "h": the same of each duration separately, which is its `bucket`. The dimension is a label, or a label of what
    has others: `mineral=gallium|role`. `n` and `amount` count for the centre, `own_n` and `own_amount` for the agency
    itself, of which `shared_n` count at another agency for the centre.
    """

    place = models.BigIntegerField()
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
                fields=["place", "agency_id", "at", "value", "known", "bucket"], name="metric_cell_once"
            )
        ]
