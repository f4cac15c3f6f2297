"""Celery tasks of metrics."""

from celery import shared_task

from .following import differing, follow

SAMPLE = 500  # matters


class FactsDiffer(Exception):
    """Stored facts differ from the derived ones. The operations page shows the job as failed until it is repaired."""


@shared_task(name="metrics.follow")
def follow_journal() -> int:
    """Brings the figures up to date with the journal. Returns the number of changed matters."""
    return follow()


@shared_task(name="metrics.compare")
def compare() -> int:
    """Compares a sample of the facts every night. `manage.py rebuild_metrics` repairs differences.

    Raises FactsDiffer.
    """
    if wrong := differing(SAMPLE):
        raise FactsDiffer(f"the figures of {len(wrong)} matters differ: run rebuild_metrics")
    return 0
