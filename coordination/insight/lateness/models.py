"""What is late, summed for readers of the centre: items, sums of them, up to when, and what changed since.

It is a projection, read by `counting` in one statement and written by `summing` only. A row names no content.
"""

from django.db import models
from django.db.models import Q

SUMMED = Q(is_kept=False)


class Item(models.Model):
    """A period or task that is or becomes late at `since`. `about_id` is the object with the missing `step`, `case_id`
    its case, or the object where there is none. Not every reader of the centre sees those that are kept from it, so
    these are in no sum.

    Each has a row with the label "", one for each label by which pages are filtered (`metrics.Labelled`), and one for
    each agency that it concerns (`for=7`), kept if not all of its staff see it on every day. `is_own`: all staff of the
    debtor do.
    """

    pk = models.CompositePrimaryKey("label", "thing_id")
    label = models.CharField(max_length=80)
    thing_id = models.UUIDField()
    about_id = models.UUIDField(db_index=True)
    case_id = models.UUIDField(db_index=True)
    debtor_id = models.BigIntegerField()
    resource = models.CharField(max_length=12)
    step = models.CharField(max_length=80, help_text="kind, state and mark of the open item, or the rule of the duty")
    since = models.DateTimeField()
    is_kept = models.BooleanField()
    is_own = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["since", "label"], condition=SUMMED, name="late_item_by_time"),
            models.Index(fields=["label", "debtor_id", "since"], name="late_item_by_debtor"),
            models.Index(fields=["label", "resource"], condition=~SUMMED, name="late_item_kept"),
        ]


class Sum(models.Model):
    """`number` items with the label were late at the time of the position, of these `fresh` since less than a week. A
    sum of items that are not late yet is 0."""

    label = models.CharField(max_length=80)
    debtor_id = models.BigIntegerField()
    resource = models.CharField(max_length=12)
    step = models.CharField(max_length=80)
    number = models.BigIntegerField()
    fresh = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "debtor_id", "resource", "step"], name="late_sum_once")]


class Position(models.Model):
    """The time of all sums, and a week before. One row, which the job locks."""

    until = models.DateTimeField()
    fresh_from = models.DateTimeField()


class Change(models.Model):
    """An object or case of which something changed that its items depend on, written by triggers. `taken` are those
    that the job is bringing up to date."""

    key = models.UUIDField()
    taken = models.BooleanField()
