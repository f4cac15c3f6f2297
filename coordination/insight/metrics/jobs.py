"""Celery tasks of metrics."""

from celery import shared_task

from .following import differing, differing_months, follow

SAMPLE = 500  # matters


class FactsDiffer(Exception):
    """Stored facts differ from the derived ones. The operations page shows the job as failed until it is repaired."""


@shared_task(name="metrics.follow")
def follow_journal() -> int:
    """Brings the figures up to date with the journal. Returns the number of changed matters."""
    return follow()


@shared_task(name="metrics.compare")
def compare() -> int:
    """Compares a sample of the facts, and the sums of a random month, every night.

    `manage.py rebuild_metrics` repairs differences. Raises FactsDiffer.
    """
    matters, sums = len(differing(SAMPLE)), differing_months()
    if matters or sums:
        raise FactsDiffer(f"the figures of {matters} matters and {sums} sums of a month differ: run rebuild_metrics")
    return 0
