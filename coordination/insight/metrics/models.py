"""Facts of figures with their labels, their sums by month, and a bookmark in the journal."""

from django.db import models
from django.db.models import Q


class Bookmark(models.Model):
    """Position in the journal up to which facts are complete, and when that was last checked: a single row."""

    until = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)


class LabelSet(models.Model):
    """Labels that facts have together. Facts with the same labels share a set, whose id follows from its labels."""

    id = models.UUIDField(primary_key=True)


class Label(models.Model):
    """One label of a set. A set may have several values of one dimension, such as two minerals."""

    label_set = models.ForeignKey(LabelSet, on_delete=models.CASCADE, related_name="labels", db_index=False)
    dimension = models.CharField(max_length=20)
    value = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["label_set", "dimension", "value"], name="metric_label_once"),
        ]
        indexes = [models.Index(fields=["dimension", "value", "label_set"], name="metric_label_by_value")]


class StoredMatter(models.Model):
    """A matter (a case or a lead) whose facts are stored: the last event of its chain that they know of, whether they
    are kept from the centre, and the labels that the matter has now."""

    matter = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    restricted = models.BooleanField(default=False)
    label_set = models.ForeignKey(LabelSet, on_delete=models.PROTECT, related_name="matters")

    class Meta:
        indexes = [models.Index(fields=["matter"], condition=Q(restricted=True), name="metric_seen_restricted")]


class Fact(models.Model):
    """What an object contributes to a measure on a Shanghai day at an agency, as its matter says now.

    `n` facts with their `amount`, which is in ten-thousandths of the measure's unit so that sums are exact on both
    databases. `bucket` is a duration in days, -1 for none. `shared` ones count only for a further agency,
    `restricted` ones not for the centre. `wall_id` is the proceeding whose wall hides the fact within its agency.
    `recorded` is the day on which the record began to say so.
    """

    matter = models.UUIDField()
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    measure = models.CharField(max_length=32)
    day = models.DateField()
    agency_id = models.BigIntegerField()
    shared = models.BooleanField()
    restricted = models.BooleanField()
    wall_id = models.UUIDField(null=True)
    bucket = models.IntegerField(default=-1)
    # Without an index: each question names measures and days, and reads fewer facts by those.
    label_set = models.ForeignKey(LabelSet, on_delete=models.PROTECT, related_name="facts", db_index=False)
    n = models.IntegerField()
    amount = models.BigIntegerField(default=0)
    recorded = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["matter", "measure"], name="metric_fact_by_matter"),
            # Read alone for sums: those of the centre, with the days of record, and those of each agency.
            models.Index(
                fields=["measure", "day"],
                include=["agency_id", "bucket", "label_set", "n", "amount", "recorded"],
                condition=Q(shared=False, restricted=False),
                name="metric_fact_of_centre",
            ),
            models.Index(
                fields=["agency_id", "measure", "day"],
                include=["shared", "wall_id", "bucket", "label_set", "n", "amount"],
                name="metric_fact_of_agency",
            ),
        ]


class Month(models.Model):
    """The facts of a month as the centre counts them: of one measure at one agency with the same duration, with any
    labels (dimension "") or with one value of a dimension."""

    measure = models.CharField(max_length=32)
    month = models.DateField()
    agency_id = models.BigIntegerField()
    dimension = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=80, blank=True)
    bucket = models.IntegerField()
    n = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "dimension", "month", "agency_id", "value", "bucket"], name="metric_month_once"
            )
        ]
