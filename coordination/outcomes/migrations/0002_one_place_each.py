"""Lines told by one run of the job had one time, and were read in the order of their random ids. Now each has its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import migrations, models

BATCH = 1_000
TICK = timedelta(microseconds=1)


def places(rows: Iterable[tuple[object, datetime]]) -> Iterator[tuple[object, datetime]]:
    """Of rows in the order of the feed, (id, place) of those that need a later place than they have.

    Places only grow: a reader who goes on from an old cursor may read a line twice but misses none.
    """
    last = None
    for pk, had in rows:
        place = had if last is None else max(had, last + TICK)
        if place != had:
            yield pk, place
        last = place


def spread(apps, schema_editor):
    Outcome, Progress = apps.get_model("outcomes", "Outcome"), apps.get_model("outcomes", "Progress")
    rows = Outcome.objects.order_by("changed_at", "event_id", "pk").values_list("pk", "changed_at")
    moved = places(list(rows))
    while batch := [Outcome(pk=pk, changed_at=place) for pk, place in islice(moved, BATCH)]:
        Outcome.objects.bulk_update(batch, ["changed_at"])
    newest = Outcome.objects.aggregate(newest=models.Max("changed_at"))["newest"]
    if newest is not None:
        Progress.objects.filter(last_change__lt=newest).update(last_change=newest)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_outcomes")]

    operations = [
        migrations.RunPython(spread, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(fields=("changed_at",), name="outcome_has_its_place"),
        ),
    ]
